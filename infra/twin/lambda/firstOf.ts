import { workTime, type Clock } from '../clock.ts';
import type { WorkerMessage } from './workerMessage.ts';

/** The thread is gone; `cause` in the words of Lambda's Runtime.ExitError. */
export type Ended = { type: 'ended'; cause: string };
export type TimedOut = { type: 'timedOut'; afterMs: number };

/** Arranges `expire` to be called later; returns what cancels it. */
export type Limit = { ms: number; start: (expire: () => void) => () => void };

/** `ms` of work time on the clock. */
export const workLimit = (clock: Clock, ms: number): Limit => ({
  ms,
  start: (expire) => clock.after(workTime(clock, ms), expire),
});

export const wallLimit = (ms: number): Limit => ({
  ms,
  start: (expire) => {
    const timer = setTimeout(expire, ms);
    return () => clearTimeout(timer);
  },
});

/** What comes first: the worker's message, its end, or the limit. */
export const firstOf = async (
  message: Promise<WorkerMessage>,
  ended: Promise<Ended>,
  limit: Limit,
): Promise<WorkerMessage | Ended | TimedOut> => {
  let cancel = (): void => undefined;
  const expired = new Promise<TimedOut>((resolve) => {
    cancel = limit.start(() => resolve({ type: 'timedOut', afterMs: limit.ms }));
  });
  return Promise.race([message, ended, expired]).finally(() => cancel());
};

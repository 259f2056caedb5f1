import { after, type ClientClock } from './clock.ts';

export type RequestPace = {
  /** Resolves when the next request may be sent, in the order asked; to false if it never will. */
  turn: () => Promise<boolean>;
  /** Nobody's turn comes for so many ms. */
  pause: (ms: number) => void;
  stop: () => void;
};

/** The share of the server's limits that is used: what is sent evenly may arrive in bunches. */
const share = 0.8;

/**
 * Keeps one connection's requests within the server's token bucket: so many a second, and so many at once after a
 * silence (GCRA, as the server counts).
 */
export const requestPace = (
  clock: ClientClock,
  { perSecond, burst }: { perSecond: number; burst: number },
): RequestPace => {
  const everyMs = 1000 / (perSecond * share);
  const toleranceMs = everyMs * (Math.max(1, Math.floor(burst * share)) - 1);
  const waiting: ((may: boolean) => void)[] = [];
  let dueAt = 0;
  let stopped = false;
  let cancel: (() => void) | undefined;

  const serve = (): void => {
    cancel?.();
    cancel = undefined;
    while (waiting.length > 0 && dueAt - toleranceMs <= clock.now()) {
      dueAt = Math.max(dueAt, clock.now()) + everyMs;
      waiting.shift()?.(true);
    }
    if (waiting.length > 0) cancel = after(clock, dueAt - toleranceMs - clock.now(), serve);
  };

  return {
    turn: () =>
      stopped
        ? Promise.resolve(false)
        : new Promise((resolve) => {
            waiting.push(resolve);
            serve();
          }),
    pause: (ms) => {
      dueAt = Math.max(dueAt, clock.now() + ms + toleranceMs);
      serve();
    },
    stop: () => {
      stopped = true;
      cancel?.();
      waiting.splice(0).forEach((resolve) => resolve(false));
    },
  };
};

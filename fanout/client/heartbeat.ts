import { limits } from '../limits.ts';
import { alarm, type ClientClock } from './clock.ts';

/** Calls `beat` every so many ms, never more seldom than the edge's idle cut allows. Returns what stops it. */
export const heartbeat = (clock: ClientClock, everyMs: number, beat: () => void): (() => void) => {
  let stop = (): void => undefined;
  const wait = (): void => {
    stop = alarm(clock, clock.now() + Math.min(everyMs, limits.heartbeatMs), () => {
      wait();
      beat();
    });
  };
  wait();
  return () => stop();
};

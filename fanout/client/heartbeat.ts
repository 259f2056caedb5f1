import { limits } from '../limits.ts';

/** Calls `beat` every so many ms, never more seldom than the edge's idle cut allows. Returns what stops it. */
export const heartbeat = (everyMs: number, beat: () => void): (() => void) => {
  const timer = setInterval(beat, Math.min(everyMs, limits.heartbeatMs));
  return () => clearInterval(timer);
};

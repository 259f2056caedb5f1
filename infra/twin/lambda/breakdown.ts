import type { Worker } from 'node:worker_threads';
import type { Faults } from '../faults/faults.ts';
import type { Ended } from './firstOf.ts';

/** How an invocation is broken off: its environment ends, or hangs until the time-out. */
export type Breakdown = 'crash' | 'timeout';

/**
 * Asks the switches `function.crash` and `function.timeout` when an invocation has had `posts` posts done, 0 before the
 * handler is called. One that ends with fewer posts than a switch says is no occasion for it, and does not count.
 */
export const drawBreakdown = (
  faults: Pick<Faults, 'hit'>,
  functionName: string,
  posts: number,
): Breakdown | undefined => {
  const now = (injection: { posts: number }): boolean => Math.max(0, injection.posts) === posts;
  if (faults.hit('function.crash', functionName, now)) return 'crash';
  return faults.hit('function.timeout', functionName, now) && 'timeout';
};

/** A worker thread that can be broken off in the middle of an invocation. */
export type BreakableWorker = {
  /** When the invocation is over before its time-out: of a thread that hangs only once it is closed. */
  ended: Promise<Ended>;
  /** The thread is gone when this resolves. */
  breakOff: (how: Breakdown) => Promise<void>;
  close: () => Promise<void>;
};

/**
 * A thread that hangs is ended like one that crashes, so that it does nothing more and hears no answer; its invocation
 * is just not over yet.
 */
export const breakable = (worker: Worker, gone: Promise<Ended>): BreakableWorker => {
  let hangs = false;
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const hung = async (end: Ended): Promise<Ended> => {
    await released;
    return end;
  };
  return {
    ended: gone.then((end) => (hangs ? hung(end) : end)),
    breakOff: async (how) => {
      hangs = how === 'timeout';
      await worker.terminate();
    },
    close: async () => {
      release();
      await worker.terminate();
    },
  };
};

import type { Worker } from 'node:worker_threads';
import type { Faults } from '../faults/faults.ts';
import type { Ended } from './firstOf.ts';

/** What is to go wrong with one invocation: its environment ends, or hangs until the time-out, after so many posts. */
export type Breakdown = { readonly how: 'crash' | 'timeout'; readonly posts: number };

/** Asks the switches `function.crash` and `function.timeout` for one invocation of a function. */
export const drawBreakdown = (faults: Pick<Faults, 'hit'>, functionName: string): Breakdown | undefined => {
  const crash = faults.hit('function.crash', functionName);
  if (crash !== undefined) return { how: 'crash', posts: crash.posts };
  const timeout = faults.hit('function.timeout', functionName);
  return timeout && { how: 'timeout', posts: timeout.posts };
};

/** A worker thread that can be broken off in the middle of an invocation. */
export type BreakableWorker = {
  /** When the invocation is over before its time-out; not at once for a thread that hangs. */
  ended: Promise<Ended>;
  /** Arms for the invocation that begins; undefined disarms. */
  arm: (breakdown: Breakdown | undefined) => void;
  /** Counts a post. At the last one the thread is gone when this resolves. */
  posted: () => Promise<void>;
  /** True once it has been broken off. */
  isBroken: () => boolean;
  close: () => Promise<void>;
};

/**
 * A thread that hangs is ended like one that crashes, so that it does nothing more and hears no answer; its invocation
 * is just not over until somebody closes it.
 */
export const breakable = (worker: Worker, gone: Promise<Ended>): BreakableWorker => {
  let armed: { how: Breakdown['how']; left: number } | undefined;
  let broken: Breakdown['how'] | undefined;
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));

  const breakOff = async (): Promise<void> => {
    broken = armed?.how;
    armed = undefined;
    await worker.terminate();
  };
  const hung = async (end: Ended): Promise<Ended> => {
    await released;
    return end;
  };
  return {
    ended: gone.then((end) => (broken === 'timeout' ? hung(end) : end)),
    arm: (breakdown) => {
      armed = breakdown && { how: breakdown.how, left: breakdown.posts };
      if (breakdown !== undefined && breakdown.posts <= 0) void breakOff();
    },
    posted: async () => {
      if (armed !== undefined && --armed.left <= 0) await breakOff();
    },
    isBroken: () => broken !== undefined,
    close: async () => {
      release();
      await worker.terminate();
    },
  };
};

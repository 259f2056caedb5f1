import { fold, putBack, sentAtOnce, step, type Fold, type Pace } from './pace.ts';
import type { Later, PaceKey, Paces, Wish } from './ports.ts';
import type { Reading } from './reading.ts';

/** Two readings of one device rarely meet on one viewer's row; eight times in a row they do not. */
const attempts = 8;

/** When what the edge was too busy for is tried again, ms: well within what a resumption goes back by. */
export const busyMs = 2_000;

export type PaceReadingPorts = {
  paces: Paces;
  later: Later;
  /** Epoch ms. */
  now: () => number;
};

/**
 * Decides with the row of this connection and device whether the reading goes out now, with all that waited, or waits
 * itself. The row is written before anything is sent, so that of invocations that run side by side one sends. A reading
 * that comes again, since its invocation failed after the write, is decided alike.
 */
export const paceReading =
  ({ paces, later, now }: PaceReadingPorts) =>
  async (key: PaceKey, reading: Reading, wishes: readonly Wish[]): Promise<Fold | 'folded' | 'filtered'> => {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const found = await paces.find(key);
      const next = step(found?.pace, reading, wishes, now());
      if (next === undefined) return 'filtered';
      if (!(await paces.write(key, next.pace, found?.version))) continue;
      if (next.flushAt !== undefined) await later.flush(key, Math.max(0, next.flushAt - now()));
      return next.send ?? 'folded';
    }
    return fold(undefined, reading); // Over the rate, but never lost.
  };

/** Changes a row, whoever else is at it. Gives up where it is never left alone. */
export const changePace = async (
  paces: Paces,
  key: PaceKey,
  to: (pace: Pace | undefined) => Pace,
): Promise<void> => {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const found = await paces.find(key);
    if (await paces.write(key, to(found?.pace), found?.version)) return;
  }
};

/** Has what the edge was too busy for sent later, with what comes meanwhile. */
export const tryLater =
  ({ paces, later, now }: PaceReadingPorts) =>
  async (key: PaceKey, unsent: Fold): Promise<void> => {
    await changePace(paces, key, (pace) => putBack(pace, unsent, now() + busyMs));
    await later.flush(key, busyMs);
  };

/** Notes that a reading went out at once, for the wishes of the same connection that compare with what was sent. */
export const noteSent =
  ({ paces }: Pick<PaceReadingPorts, 'paces'>) =>
  async (key: PaceKey, reading: Reading): Promise<void> => {
    await changePace(paces, key, (pace) => sentAtOnce(pace, reading));
  };

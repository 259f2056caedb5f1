import { fold, step, type Fold } from './pace.ts';
import type { Later, PaceKey, Paces, Wish } from './ports.ts';
import type { Reading } from './reading.ts';

/** Two readings of one device rarely meet on one viewer's row; eight times in a row they do not. */
const attempts = 8;

export type PaceReadingPorts = {
  paces: Pick<Paces, 'find' | 'write'>;
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

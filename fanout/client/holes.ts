import type { SensorUpdate } from '../protocol.ts';

/** What did not come, of one boot of one device: `seq` from `from` to `to`, both inclusive. */
export type Hole = {
  readonly boot: number;
  readonly from: number;
  readonly to: number;
  /** When the server had the update before the hole, epoch ms. */
  readonly since: number;
};

type Stamps = Pick<SensorUpdate, 'boot' | 'seq' | 'receivedAt'>;

/**
 * What is missing between two updates of a device of which every reading should come, where both say `boot` and `seq`. A
 * fold comes for another subscription then, and says nothing of which readings it counts.
 */
export const holeBetween = (older: Stamps, newer: Stamps): Hole | undefined => {
  if (older.boot === undefined || older.boot !== newer.boot) return undefined;
  if (older.seq === undefined || newer.seq === undefined) return undefined;
  const from = older.seq + 1;
  const to = newer.seq - 1;
  return from <= to ? { boot: older.boot, from, to, since: older.receivedAt } : undefined;
};

/** What is left of the holes now that this update came. */
export const without = (holes: readonly Hole[], { boot, seq }: Stamps): Hole[] => {
  if (boot === undefined || seq === undefined) return [...holes];
  return holes.flatMap((hole) => {
    if (hole.boot !== boot || seq < hole.from || seq > hole.to) return [hole];
    const parts = [
      { ...hole, to: seq - 1 },
      { ...hole, from: seq + 1 },
    ];
    return parts.filter(({ from, to }) => from <= to);
  });
};

import type { Reading } from './reading.ts';

/** What dates a reading. */
export type Stamps = Pick<Reading, 'ts' | 'receivedAt' | 'boot' | 'seq'>;

/**
 * Whether `a` was measured after `b`, both of one device. Arrival does not tell: readings come late, twice and out of
 * order. `boot` and `seq` do where both have them; else the device's clock; and only where that says nothing, arrival.
 */
export const isNewer = (a: Stamps, b: Stamps): boolean => {
  if (a.boot !== undefined && a.seq !== undefined && b.boot !== undefined && b.seq !== undefined)
    return a.boot > b.boot || (a.boot === b.boot && a.seq > b.seq);
  return a.ts > b.ts || (a.ts === b.ts && a.receivedAt > b.receivedAt);
};

/** The oldest first; of a device that says `seq` now and then only, as good as one can tell. */
export const byAge = (a: Stamps, b: Stamps): number => (isNewer(a, b) ? 1 : isNewer(b, a) ? -1 : 0);

/**
 * What names a reading: two that have the same name are the same reading come twice. A device that does not say its boot
 * counts from the start again after a restart, so its own time must tell two equal `seq` apart; and one that does not
 * count is told by its times and values, which loses nothing: two equal ones say the same.
 */
export const nameOf = ({ deviceId, boot, seq, ts, receivedAt, data }: Reading): string => {
  if (seq === undefined) return `${deviceId} @${ts} ${receivedAt} ${JSON.stringify(data)}`;
  return boot === undefined ? `${deviceId} @${ts} ${seq}` : `${deviceId} ${boot} ${seq}`;
};

import type { SensorUpdate } from '../protocol.ts';

/**
 * What names a reading, if anything does. A device that does not say its boot counts from the start again after a
 * restart, so its own time must tell two equal `seq` apart: better a reading twice than a new one taken for an old.
 */
const nameOf = ({ deviceId, boot, seq, ts }: SensorUpdate): string | undefined => {
  if (seq === undefined) return undefined;
  return boot === undefined ? `${deviceId} @${ts} ${seq}` : `${deviceId} ${boot} ${seq}`;
};

/** A Set iterates in the order of insertion. */
const forgetOldest = (names: Set<string>): void => {
  const [oldest] = names;
  if (oldest !== undefined) names.delete(oldest);
};

/**
 * Tells whether an update came before; the filter may send one twice. Remembers the last `capacity` readings; a reading
 * without a `seq` has no name, and is never known.
 */
export const seenBefore = (capacity: number): ((update: SensorUpdate) => boolean) => {
  const names = new Set<string>();
  return (update) => {
    const name = nameOf(update);
    if (name === undefined) return false;
    if (names.has(name)) return true;
    names.add(name);
    if (names.size > capacity) forgetOldest(names);
    return false;
  };
};

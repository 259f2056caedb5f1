import { fnv1a } from './fnv1a.ts';
import { nameOf } from './newest.ts';
import type { Reading } from './reading.ts';

const digits = 13; // Epoch ms until the year 2286.
const greatest = 10 ** digits - 1;

const time = (epochMs: number): string =>
  String(Math.min(Math.max(epochMs, 0), greatest)).padStart(digits, '0');

/**
 * Where a reading stands in the history of its device: by the time of its recording (epoch ms), then by a hash of its
 * name, so that two of one millisecond do not overwrite each other. Positions have one length and sort as text.
 */
export const positionOf = (reading: Reading, recordedAt: number): string =>
  `${time(recordedAt)}#${fnv1a(nameOf(reading))}`;

const positionLength = digits + '#'.length + 16;

/**
 * The least and the greatest text between which the positions from `from` to `to` (inclusive, epoch ms) lie that come
 * after the position `after`. Where nothing can lie between them, the least is greater. Total: a text that never was a
 * position is a place in the order like any other.
 */
export const positionsBetween = ({
  from,
  to,
  after,
}: {
  from: number;
  to: number;
  after?: string;
}): [string, string] => {
  const start = `${time(from)}#`;
  const next = after === undefined ? '' : `${after.slice(0, positionLength)} `; // No position holds a space.
  return [next > start ? next : start, `${time(to)}#~`];
};

import { bytesOf } from './bytesOf.ts';
import { isNewer } from './newest.ts';
import type { Reading } from './reading.ts';
import { numbersOf } from './where.ts';

/** Fields and what they were. */
export type Numbers = Readonly<Record<string, number>>;

/** Several readings of one device as one. */
export type Fold = {
  /** The newest of them. */
  readonly last: Reading;
  /** When the first of them was received, epoch ms. */
  readonly since: number;
  readonly count: number;
  /** Of every field that was a number, at the top of `data`, as far as there is room: see {@link fold}. */
  readonly min: Numbers;
  readonly max: Numbers;
};

/**
 * What `min` and `max` may take of a frame: what is left beside a reading of 24 KB and its stamps. A device may invent new
 * fields with every reading, and then a fold would outgrow a frame, and the store's row after it.
 */
const extremesBytes = 7_000;

/** A field in both, with the longest number there is: 24 characters, e.g. -1.2345678901234567e-300. */
const roomFor = (field: string): number => 2 * (bytesOf(field) + ':'.length + 24 + ','.length);

/** The numbers to fold in: those of fields that are kept already, and of new ones while there is room. */
const kept = (known: Numbers, numbers: Numbers): [field: string, x: number][] => {
  const entries = Object.entries(numbers);
  if (entries.every(([field]) => Object.hasOwn(known, field))) return entries;
  let room = extremesBytes - Object.keys(known).reduce((sum, field) => sum + roomFor(field), 0);
  return entries.filter(([field]) => Object.hasOwn(known, field) || (room -= roomFor(field)) >= 0);
};

const merge = (
  a: Numbers,
  entries: readonly [field: string, x: number][],
  pick: (x: number, y: number) => number,
): Numbers => {
  const picked = entries.map(([field, y]): [string, number] => {
    const x = Object.hasOwn(a, field) ? a[field] : undefined;
    return [field, x === undefined ? y : pick(x, y)];
  });
  return Object.fromEntries([...Object.entries(a), ...picked]);
};

/**
 * One reading more. The newest is the last, in whatever order they come. `min` and `max` keep the fields that came first
 * and leave out those for which a frame would have no room: from about 90 fields of common length on.
 */
export const fold = (pending: Fold | undefined, reading: Reading): Fold => {
  const { receivedAt } = reading;
  const { last, since, count, min, max } = pending ?? {
    last: reading,
    since: receivedAt,
    count: 0,
    min: {},
    max: {},
  };
  const entries = kept(min, numbersOf(reading.data));
  return {
    last: isNewer(reading, last) ? reading : last,
    since: Math.min(since, receivedAt),
    count: count + 1,
    min: merge(min, entries, Math.min),
    max: merge(max, entries, Math.max),
  };
};

/** Two folds of one device as one. */
export const combine = (a: Fold, b: Fold): Fold => ({
  last: isNewer(b.last, a.last) ? b.last : a.last,
  since: Math.min(a.since, b.since),
  count: a.count + b.count,
  min: merge(a.min, kept(a.min, b.min), Math.min),
  max: merge(a.max, kept(a.max, b.max), Math.max),
});

/** When the first of all their readings was received, epoch ms. Infinity of none. */
export const oldestOf = (folds: readonly Fold[]): number =>
  folds.reduce((oldest, { since }) => Math.min(oldest, since), Infinity);

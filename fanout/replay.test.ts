import { describe, expect, it } from 'vitest';
import { aReading } from './factories.ts';
import type { Recorded, Wish } from './ports.ts';
import type { SensorUpdate } from './protocol.ts';
import { replay } from './replay.ts';

const t0 = 1_763_690_000_000;

/** A reading with this seq and x, recorded so many ms after `t0`. */
const recordedAt = (afterMs: number, seq: number, x = seq): Recorded => ({
  reading: aReading({ seq, ts: t0 + seq, data: { x } }),
  recordedAt: t0 + afterMs,
  position: String(afterMs),
});
const seqs = (updates: readonly SensorUpdate[]): unknown[] => updates.map(({ seq }) => seq);
const replayed = (wish: Wish, recorded: readonly Recorded[]): SensorUpdate[] =>
  replay({ wish, recorded, sentAt: t0 + 60_000 });

describe('replay', () => {
  it('brings every reading, in the order of recording, without a maxRate', () => {
    const updates = replayed({}, [recordedAt(0, 1), recordedAt(5, 3), recordedAt(9, 2)]);
    expect(seqs(updates)).toEqual([1, 3, 2]);
    expect(updates.every(({ sentAt, folded }) => sentAt === t0 + 60_000 && folded === undefined)).toBe(true);
  });

  it('brings a reading once that was recorded twice', () => {
    const twice = [recordedAt(0, 1), recordedAt(1, 2), recordedAt(900, 1), recordedAt(901, 2)];
    expect(seqs(replayed({}, twice))).toEqual([1, 2]);
    expect(replayed({ maxRate: 1 }, twice).map(({ folded }) => folded?.count ?? 1)).toEqual([1, 1]);
  });

  it('brings what matches', () => {
    const where: Wish['where'] = [{ field: 'x', op: '>', value: 1 }];
    expect(seqs(replayed({ where }, [recordedAt(0, 1), recordedAt(1, 2), recordedAt(2, 3)]))).toEqual([2, 3]);
  });

  it('folds as it would have been folded then, and what pends at the end comes last', () => {
    const recorded = [
      ...[recordedAt(0, 1), recordedAt(300, 2, 99), recordedAt(600, 3)],
      ...[recordedAt(1_000, 4), recordedAt(1_100, 5, -5), recordedAt(1_200, 6)],
    ];
    const updates = replayed({ maxRate: 1 }, recorded);
    expect(seqs(updates)).toEqual([1, 4, 6]);
    expect(updates.map(({ folded }) => folded)).toEqual([
      undefined,
      { count: 3, min: { x: 3 }, max: { x: 99 } },
      { count: 2, min: { x: -5 }, max: { x: 6 } },
    ]);
  });

  it('reports by exception, starting with the first number', () => {
    const where: Wish['where'] = [{ field: 'x', op: 'changedBy', value: 5 }];
    const recorded = [20, 22, 25, 24, 19, 30].map((x, seq) => recordedAt(seq, seq, x));
    expect(replayed({ where }, recorded).map(({ data }) => data['x'])).toEqual([20, 25, 19, 30]);
  });

  it('brings nothing of nothing', () => {
    expect(replayed({}, [])).toEqual([]);
    expect(replayed({ maxRate: 1 }, [])).toEqual([]);
  });
});

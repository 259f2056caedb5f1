import { describe, expect, it } from 'vitest';
import type { Sample } from './sample.ts';
import { Series } from './series.ts';
import { visibleOf, type Visible } from './visible.ts';

const at = (second: number, more: Partial<Sample> = {}, value = second): Sample => ({
  time: second * 1_000,
  boot: 1,
  seq: second,
  count: 1,
  isLate: false,
  values: [{ name: 'flow', value, low: value, high: value }],
  ...more,
});
const run = (from: number, to: number, more: Partial<Sample> = {}): Sample[] =>
  Array.from({ length: to - from + 1 }, (_, n) => at(from + n, more));

const seen = (samples: Sample[], from: number, to: number, columns = 500, coveredFrom = 0): Visible => {
  const series = new Series();
  series.add(samples);
  const field = series.fields.get('flow');
  if (field === undefined) throw new Error('no such field');
  return visibleOf(series, field, { from: from * 1_000, to: to * 1_000, columns }, coveredFrom * 1_000);
};
const uncounted = { boot: undefined, seq: undefined };

describe('what is drawn', () => {
  it('is what lies in the window, and one point on either side for the line to lead out', () => {
    const { times, points, gaps } = seen(run(1, 100), 20, 30);
    expect([times[0], times.at(-1), points, gaps]).toEqual([19, 31, 11, 0]);
  });

  it('has a break where nothing came for much longer than usual', () => {
    const { values, gaps, holes } = seen([...run(1, 10, uncounted), ...run(20, 30, uncounted)], 0, 40);
    expect([values.indexOf(null), gaps, holes]).toEqual([10, 1, []]);
  });

  it('has no break in less than 2.5 s, nor in the rhythm of a slow device', () => {
    const fast = Array.from({ length: 20 }, (_, n) => at(n, { ...uncounted, time: n * 100 }));
    expect(seen([...fast, at(50, { ...uncounted, time: 4_000 })], 0, 5).gaps).toBe(0);
    const slow = Array.from({ length: 5 }, (_, n) => at(60 * n, uncounted));
    expect(seen(slow, 0, 300).gaps).toBe(0);
  });

  it('has no break where readings of the time between were folded', () => {
    const folded = at(20, { count: 10, values: [{ name: 'flow', value: 20, low: 11, high: 20 }] });
    expect(seen([...run(1, 10), folded], 0, 30).gaps).toBe(0);
  });

  it('marks where a reading is missing, until it comes', () => {
    const without = [...run(1, 10), ...run(12, 20)];
    const { holes, gaps } = seen(without, 0, 30);
    expect([holes, gaps]).toEqual([[{ from: 10_000, to: 12_000, missing: 1 }], 1]);
    expect(seen([...without, at(11, { isLate: true })], 0, 30)).toMatchObject({ holes: [], gaps: 0 });
  });

  it('counts a silence in which readings are missing once', () => {
    expect(seen([...run(1, 10), ...run(40, 50)], 0, 60)).toMatchObject({ gaps: 1, holes: [{ missing: 29 }] });
  });

  it('does not call missing what was not asked for yet', () => {
    expect(seen([at(1), ...run(9, 20)], 0, 30, 500, 9).holes).toEqual([]);
  });

  it('counts no gap that lies outside', () => {
    expect(seen([...run(1, 10), ...run(40, 50)], 41, 60).gaps).toBe(0);
  });

  it('marks what came late', () => {
    expect(seen([at(1), at(2, { isLate: true }), at(3)], 0, 5).late).toEqual([{ time: 2_000, value: 2 }]);
  });

  it('tells points that no line leads to', () => {
    const { lone, times } = seen(
      [...run(1, 10, uncounted), at(30, uncounted), ...run(50, 60, uncounted)],
      0,
      70,
    );
    expect(lone.map((place) => times[place])).toEqual([30]);
  });

  it('draws least and greatest where readings were folded, and no band elsewhere', () => {
    const folded = at(5, { count: 4, values: [{ name: 'flow', value: 5, low: 1, high: 90 }] });
    const { low, high, least, greatest } = seen([at(1), folded, at(6)], 0, 10);
    expect([low, high]).toEqual([
      [1, 1, 6],
      [1, 90, 6],
    ]);
    expect([least, greatest]).toEqual([1, 90]);
    expect(seen(run(1, 5), 0, 10).low).toEqual([]);
  });

  it('passes over readings without the field', () => {
    const other = at(3, { values: [{ name: 'wear', value: 1, low: 1, high: 1 }] });
    expect(seen([at(1), at(2), other, at(4)], 0, 10)).toMatchObject({
      points: 3,
      gaps: 0,
      values: [1, 2, 4],
    });
  });

  it('still sees a missing reading next to one without the field', () => {
    const other = at(4, { values: [{ name: 'wear', value: 1, low: 1, high: 1 }] });
    expect(seen([at(1), at(2), other, at(5)], 0, 10).holes).toEqual([{ from: 2_000, to: 5_000, missing: 1 }]);
  });
});

describe('more points than pixels', () => {
  const noisy = run(0, 9_999).map((sample, n) => {
    const value = n === 5_003 ? 900 : n === 7_777 ? -900 : n % 7;
    return { ...sample, values: [{ name: 'flow', value, low: value, high: value }] };
  });

  it('are drawn as at most four a pixel, in the order of their times', () => {
    const { times, points } = seen(noisy, 0, 10_000, 100);
    expect(points).toBe(10_000);
    expect(times.length).toBeLessThanOrEqual(4 * 101);
    expect(times.every((time, n) => n === 0 || time > (times[n - 1] ?? 0))).toBe(true);
  });

  it('still show every spike at its time', () => {
    const { times, values } = seen(noisy, 0, 10_000, 100);
    expect([times[values.indexOf(900)], times[values.indexOf(-900)]]).toEqual([5_003, 7_777]);
  });

  it('still break where readings are missing', () => {
    const { gaps, values } = seen([...run(0, 4_000), ...run(4_100, 9_999)], 0, 10_000, 100);
    expect([gaps, values.filter((value) => value === null).length]).toEqual([1, 1]);
  });
});

import { describe, expect, it } from 'vitest';
import { sampleOf, type Sample } from './sample.ts';
import { mostFields, mostPoints, Series } from './series.ts';

const at = (seq: number, value = seq, more: Partial<Sample> = {}): Sample => ({
  time: seq * 1_000,
  boot: 1,
  seq,
  count: 1,
  isLate: false,
  values: [{ name: 'flow', value, low: value, high: value }],
  ...more,
});

const fold = (seq: number, count: number, low: number, high: number): Sample =>
  at(seq, seq, { count, values: [{ name: 'flow', value: seq, low, high }] });

const seriesOf = (...samples: Sample[]): Series => {
  const series = new Series();
  for (const sample of samples) series.add([sample]);
  return series;
};

const valuesOf = (series: Series, name = 'flow'): number[] => [
  ...(series.fields.get(name)?.values.slice(0, series.length) ?? []),
];

describe('a series', () => {
  it('is in the order of times, whatever comes first', () => {
    expect(valuesOf(seriesOf(at(3), at(1), at(2)))).toEqual([1, 2, 3]);
  });

  it('takes history before, between and behind what came live', () => {
    const series = seriesOf(at(5), at(7), at(9));
    expect(series.add([at(8), at(1), at(6), at(2), at(12)])).toBe(5);
    expect(valuesOf(series)).toEqual([1, 2, 5, 6, 7, 8, 9, 12]);
  });

  it('takes a reading that comes again for the same', () => {
    const series = seriesOf(at(1), at(2));
    expect([series.add([at(1), at(2), at(3), at(3)]), valuesOf(series)]).toEqual([1, [1, 2, 3]]);
  });

  it('tells readings that do not count by their time and numbers', () => {
    const plain = (value: number): Sample => at(1, value, { boot: undefined, seq: undefined });
    expect(valuesOf(seriesOf(plain(1), plain(1), plain(2)))).toEqual([1, 2]);
  });

  it('has both readings of one time where their seq differs', () => {
    expect(seriesOf(at(1), at(2, 2, { time: 1_000 })).length).toBe(2);
  });

  it('knows least and greatest of what was folded, and of nothing else', () => {
    const series = seriesOf(at(1), fold(5, 4, 0, 9));
    const { low, high } = series.fields.get('flow')?.bounds ?? {};
    expect([low?.[0], high?.[0], low?.[1], high?.[1]]).toEqual([1, 1, 0, 9]);
    expect(seriesOf(at(1)).fields.get('flow')?.bounds).toBeUndefined();
  });

  it('has each reading of the history in the place of a fold', () => {
    const series = seriesOf(fold(5, 4, 0, 9));
    series.add([at(2), at(3), at(4), at(5)]);
    expect(valuesOf(series)).toEqual([2, 3, 4, 5]);
    expect(series.fields.get('flow')?.bounds?.high[3]).toBe(5);
  });

  it('leaves readings as they are where a fold of them comes later', () => {
    const series = seriesOf(at(4), at(5));
    series.add([fold(5, 2, 0, 9)]);
    expect(series.fields.get('flow')?.bounds).toBeUndefined();
  });

  it('takes a fold that stands for more than what is known of it', () => {
    const series = seriesOf(at(5));
    series.add([fold(5, 4, 0, 9)]);
    expect(series.fields.get('flow')?.bounds?.high[0]).toBe(9);
  });

  it('knows how many readings are missing before one, until they come', () => {
    const series = seriesOf(at(1), at(5));
    expect(series.missingBefore(1)).toBe(3);
    series.add([at(3, 3, { isLate: true })]);
    expect([series.missingBefore(1), series.missingBefore(2)]).toEqual([1, 1]);
    series.add([at(2), at(4)]);
    expect([1, 2, 3, 4].map((place) => series.missingBefore(place))).toEqual([0, 0, 0, 0]);
  });

  it('misses nothing that was folded, nor anything over a restart', () => {
    expect(seriesOf(at(1), fold(5, 4, 0, 9)).missingBefore(1)).toBe(0);
    expect(seriesOf(at(1), at(5, 5, { boot: 2 })).missingBefore(1)).toBe(0);
  });

  it('has no value where a reading lacks a field', () => {
    const other = at(2, 2, { values: [{ name: 'wear', value: 7, low: 7, high: 7 }] });
    const series = seriesOf(at(1), other, at(3));
    expect([valuesOf(series), valuesOf(series, 'wear')]).toEqual([
      [1, NaN, 3],
      [NaN, 7, NaN],
    ]);
  });

  it('holds 20,000 points and forgets the oldest', () => {
    const series = new Series();
    for (let seq = 0; seq < mostPoints + 5_000; seq += 1) series.add([at(seq)]);
    expect(series.length).toBeLessThanOrEqual(mostPoints);
    expect(series.length).toBeGreaterThan(mostPoints - 1_500);
    expect(series.stamps.times[series.length - 1]).toBe((mostPoints + 4_999) * 1_000);
  });

  it('does not take history that is older than all it has room for', () => {
    const series = new Series();
    series.add(Array.from({ length: mostPoints }, (_, n) => at(n + 1_000)));
    series.add([at(1), at(2)]);
    expect([series.length <= mostPoints, (series.stamps.times[0] ?? 0) > 2_000]).toEqual([true, true]);
  });

  it('holds 32 fields and names the rest', () => {
    const values = Array.from({ length: 40 }, (_, n) => ({ name: `f${n}`, value: n, low: n, high: n }));
    const series = seriesOf(at(1, 1, { values }));
    expect([series.fields.size, series.left.size]).toEqual([mostFields, 8]);
  });
});

describe('what a chart takes of a reading', () => {
  const reading = { ts: 1_000, receivedAt: 1_200, boot: 3, seq: 4 };

  it('is its numbers, by when they were measured', () => {
    const data = { flow: 2, door: 'open', on: true, deep: { a: 1 } };
    expect(sampleOf({ ...reading, data })).toEqual({
      time: 1_000,
      boot: 3,
      seq: 4,
      count: 1,
      isLate: false,
      values: [{ name: 'flow', value: 2, low: 2, high: 2 }],
    });
  });

  it('has least and greatest where it was folded', () => {
    const folded = { count: 4, min: { flow: 1 }, max: { flow: 9 } };
    expect(sampleOf({ ...reading, data: { flow: 2 }, folded }).values[0]).toMatchObject({ low: 1, high: 9 });
  });

  it('leaves out what no axis can hold, and takes a field by the name of a property for what it is', () => {
    const data = JSON.parse('{"a":1e300,"__proto__":5,"constructor":6}') as Record<string, number>; // as it comes
    const { values } = sampleOf({ ...reading, data, folded: { count: 2, min: {}, max: {} } });
    expect(values.map(({ name, high }) => [name, high])).toEqual([
      ['__proto__', 5],
      ['constructor', 6],
    ]);
  });
});

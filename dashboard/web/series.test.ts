import { describe, expect, it } from 'vitest';
import { addPoint, emptySeries } from './series.ts';

const seriesOf = (points: [time: number, value: number][]) => {
  const series = emptySeries();
  for (const [time, value] of points) addPoint(series, time, value);
  return series;
};

describe('a series', () => {
  it('is in order of time, also when a reading comes late', () => {
    expect(
      seriesOf([
        [1, 10],
        [3, 30],
        [2, 20],
      ]),
    ).toEqual({ times: [1, 2, 3], values: [10, 20, 30] });
  });

  it('keeps the order of arrival at equal times', () => {
    expect(
      seriesOf([
        [1, 10],
        [1, 11],
      ]).values,
    ).toEqual([10, 11]);
  });

  it('takes a point that comes again for the same', () => {
    expect(
      seriesOf([
        [1, 10],
        [1, 10],
      ]).values,
    ).toEqual([10]);
  });

  it('holds 300 points and forgets the oldest', () => {
    const series = seriesOf(Array.from({ length: 301 }, (_, at) => [at, at]));
    expect([series.times.length, series.values.length, series.values[0]]).toEqual([300, 300, 1]);
  });

  it('forgets what is more than five minutes older than the newest', () => {
    expect(
      seriesOf([
        [0, 1],
        [1, 2],
        [300_001, 3],
      ]).values,
    ).toEqual([2, 3]);
  });

  it('does not take a point that is too old already', () => {
    expect(
      seriesOf([
        [400_000, 1],
        [0, 2],
      ]).values,
    ).toEqual([1]);
  });
});

import { expect, it } from 'vitest';
import { nearestPlace } from './nearestPlace.ts';
import { Series } from './series.ts';

const series = new Series();
const add = (second: number, name: string): void => {
  const values = [{ name, value: second, low: second, high: second }];
  series.add([{ time: second * 1_000, boot: 1, seq: second, count: 1, isLate: false, values }]);
};
for (const second of [1, 2, 4, 8]) add(second, 'flow');
add(3, 'wear');

const nearest = (second: number, by = 0): number | undefined => {
  const field = series.fields.get('flow');
  const place = field && nearestPlace(series, field, second * 1_000, by);
  return place === undefined ? undefined : (series.stamps.times[place] ?? 0) / 1_000;
};

it.each([
  [0, 1],
  [2.9, 2],
  [3.4, 4],
  [5, 4],
  [7, 8],
  [99, 8],
])('next to %d s is the point of %d s', (second, expected) => {
  expect(nearest(second)).toBe(expected);
});

it('steps pass over readings without the field, and end at the ends', () => {
  expect([nearest(2, 1), nearest(4, -1), nearest(1, -1), nearest(4, 10)]).toEqual([4, 2, 1, 8]);
});

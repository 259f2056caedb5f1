import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addToRing, newRing, ringPoints, type Ring } from './ring.ts';

const pointsOf = ({ times, values, length }: Ring): [number, number][] =>
  Array.from({ length }, (_, at) => [times[at] ?? NaN, values[at] ?? NaN]);

const ringOf = (points: readonly [time: number, value: number][]): Ring => {
  const ring = newRing();
  for (const [time, value] of points) addToRing(ring, time, value);
  return ring;
};

describe('a ring', () => {
  it('keeps the newest points in the order of their times, in whatever order they come', () => {
    const times = fc.uniqueArray(fc.nat(10_000), { maxLength: 150 });
    fc.assert(
      fc.property(times, (all) => {
        const kept = [...all].sort((a, b) => a - b).slice(-ringPoints);
        expect(pointsOf(ringOf(all.map((time) => [time, -time])))).toEqual(kept.map((time) => [time, -time]));
      }),
    );
  });

  it('keeps the order of arrival at equal times', () => {
    expect(
      pointsOf(
        ringOf([
          [1, 10],
          [1, 11],
        ]),
      ),
    ).toEqual([
      [1, 10],
      [1, 11],
    ]);
  });
});

import { expect, it } from 'vitest';
import { aReading } from './factories.ts';
import { positionOf, positionsBetween } from './position.ts';

it('positions have one length and sort by time as text, across digits', () => {
  const times = [0, 9, 10, 999_999_999_999, 1_763_690_000_000, 9_999_999_999_999];
  const positions = times.map((time) => positionOf(aReading(), time));
  expect(positions.toSorted()).toEqual(positions);
  expect(new Set(positions.map(({ length }) => length))).toEqual(new Set([30]));
});

it('one reading has one position at one time, and another reading another', () => {
  expect(positionOf(aReading(), 5)).toBe(positionOf(aReading({ receivedAt: 0 }), 5));
  expect(positionOf(aReading(), 5)).not.toBe(positionOf(aReading({ seq: 43 }), 5));
});

it('a range holds the positions at both its ends', () => {
  const [least, greatest] = positionsBetween({ from: 5, to: 7 });
  const within = (time: number) => {
    const position = positionOf(aReading(), time);
    return position >= least && position <= greatest;
  };
  expect([4, 5, 6, 7, 8].filter(within)).toEqual([5, 6, 7]);
});

it('a range begins right after a position', () => {
  const position = positionOf(aReading(), 5);
  const [least] = positionsBetween({ from: 0, to: 9, after: position });
  expect(least > position).toBe(true);
  expect(least < `${position.slice(0, -1)}${position.endsWith('f') ? 'g' : 'f'}`).toBe(true);
  expect(least < positionOf(aReading(), 6)).toBe(true);
});

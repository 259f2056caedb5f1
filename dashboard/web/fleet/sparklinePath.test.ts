import { describe, expect, it } from 'vitest';
import { addToRing, newRing } from './ring.ts';
import { sparklinePath } from './sparklinePath.ts';

const path = (...points: [time: number, value: number][]): string => {
  const ring = newRing();
  for (const [time, value] of points) addToRing(ring, time, value);
  return sparklinePath(ring);
};

describe('a sparklinePath', () => {
  it('of no values is empty', () => {
    expect(path()).toBe('');
  });

  it('of one value is a dash at the end, of equal ones level', () => {
    expect(path([1, 5])).toBe('M98 12H100');
    expect(path([1, 5], [2, 5])).toBe('M0.0 12.0L100.0 12.0');
  });

  it('spans its box from the lowest to the highest value, by time', () => {
    expect(path([0, 0], [1, 10], [4, 5])).toBe('M0.0 22.0L25.0 2.0L100.0 12.0');
  });

  it('is interrupted where nothing came for long', () => {
    expect(path([0, 1], [1, 1], [2, 1], [10, 1])).toBe('M0.0 12.0L10.0 12.0L20.0 12.0M100.0 12.0');
  });

  it('takes points of one time', () => {
    expect(path([1, 1], [1, 2])).toBe('M0.0 22.0L0.0 2.0');
  });
});

import { expect, it } from 'vitest';
import { niceRange } from './niceRange.ts';

it.each([
  [20.1, 22.4],
  [-3, 4],
  [1e15, 1e15 + 1],
  [5, 5],
  [-1e29, 1e29],
  [1e-9, 2e-9],
])('the axis of %d to %d holds both, with room', (least, greatest) => {
  const [bottom, top] = niceRange(least, greatest);
  expect(bottom).toBeLessThan(least);
  expect(top).toBeGreaterThan(greatest);
});

it('the axis stays as it is while the values move a little', () => {
  expect(niceRange(20.12, 22.41)).toEqual(niceRange(20.15, 22.38));
});

it('a tremble of a millionth is a flat line', () => {
  const [bottom, top] = niceRange(1_000, 1_000.001);
  expect(top - bottom).toBeGreaterThan(0.9);
});

it('what is never below zero has no axis below zero', () => {
  expect(niceRange(0, 10)).toEqual([0, 15]);
  expect(niceRange(-10, 0)).toEqual([-15, 0]);
});

it('nothing but zero has an axis', () => {
  expect(niceRange(0, 0)).toEqual([-1, 1]);
});

it('without values there is an axis', () => {
  expect(niceRange(undefined, undefined)).toEqual([0, 1]);
});

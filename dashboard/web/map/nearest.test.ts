import { expect, it } from 'vitest';
import { nearest } from './nearest.ts';

it('The nearest come first, across 180° too, and no more than are asked for', () => {
  const [a, b, c] = [
    { x: 0.99, y: 0.5 },
    { x: 0.05, y: 0.5 },
    { x: 0.5, y: 0.5 },
  ];
  expect(nearest([c, b, a], { x: 0.001, y: 0.5 }, 2)).toEqual([a, b]);
});

import { expect, it } from 'vitest';

import { spacing } from './spacing.ts';

it('what one device says is 10 ms apart, and what several say is not', () => {
  const { due } = spacing();
  expect([due('a', 0), due('a', 1), due('b', 1), due('a', 50), due('a', 55)]).toEqual([0, 10, 1, 50, 60]);
});

it('a device that was late keeps its distance all the same', () => {
  const { freeAt, sent } = spacing();
  sent('a', 7_000);
  expect([freeAt('a'), freeAt('b')]).toEqual([7_010, 0]);
});

it('a burst is not told, a recording that is too fast for a second is', () => {
  const spaced = spacing();
  for (let n = 0; n <= 100; n += 1) spaced.due('a', 0);
  expect(spaced.isSlowed()).toBe(false);
  spaced.due('a', 0);
  expect(spaced.isSlowed()).toBe(true);
});

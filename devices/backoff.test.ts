import { expect, it } from 'vitest';

import { fullJitter } from './backoff.ts';

it('waits anywhere between 50 ms and a limit that doubles up to 10 s', () => {
  expect([0, 1, 2, 20].map((attempt) => fullJitter(attempt, 0))).toEqual([50, 50, 50, 50]);
  expect([0, 1, 2, 20].map((attempt) => fullJitter(attempt, 1))).toEqual([500, 1_000, 2_000, 10_000]);
});

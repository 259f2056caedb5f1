import { expect, it } from 'vitest';
import { limits } from './limits.ts';
import { toleranceMs, tokenMs, waitMs } from './tokenBucket.ts';

it('a full bucket gives the burst at once', () => {
  const now = 1_000_000;
  let [tat, taken] = [0, 0];
  while (waitMs(tat, now) === 0) {
    tat = Math.max(tat, now) + tokenMs;
    taken += 1;
  }
  expect(taken).toBe(limits.actionsBurst);
});

it('says how long an empty bucket gives nothing, to the millisecond', () => {
  expect(waitMs(5_000 + toleranceMs + 70, 5_000)).toBe(70);
  expect(waitMs(5_000 + toleranceMs + 70, 5_069)).toBe(1);
  expect(waitMs(5_000 + toleranceMs + 70, 5_070)).toBe(0);
});

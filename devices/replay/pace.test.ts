import { describe, expect, it } from 'vitest';

import { scheduleOf } from './pace.ts';

describe('a schedule', () => {
  it('keeps the rhythm of the recording, faster', () => {
    const { next } = scheduleOf({ speed: 3_600 });
    expect([7_200_000, 10_800_000, 12_600_000].map(next)).toEqual([0, 1_000, 1_500]);
  });

  it('never goes back: what is out of order is due at once', () => {
    const { next } = scheduleOf({ speed: 1 });
    expect([1_000, 3_000, 2_000, 4_000].map(next)).toEqual([0, 2_000, 2_000, 3_000]);
  });

  it('is even at a rate, whatever the times were', () => {
    const { next } = scheduleOf({ rate: 4 });
    expect([9, 1, 5].map(next)).toEqual([0, 250, 500]);
  });

  it('begins again as far from the end as readings are from each other', () => {
    const { next, again } = scheduleOf({ speed: 2 });
    expect([0, 1_000, 4_000].map(next)).toEqual([0, 500, 2_000]);
    again();
    expect([0, 1_000].map(next)).toEqual([3_000, 3_500]);
  });

  it('leaves a second between rounds that have one time only', () => {
    const { next, again } = scheduleOf({ speed: 2 });
    expect([5, 5].map(next)).toEqual([0, 0]);
    again();
    expect(next(5)).toBe(1_000);
  });
});

import { describe, expect, it } from 'vitest';
import { longestWaitMs, waitBefore } from './backOff.ts';

describe('the wait before an attempt', () => {
  it('is nothing before the first', () => {
    expect(waitBefore(0, 0.99)).toBe(0);
  });

  it('has a ceiling that doubles with each failure', () => {
    expect([1, 2, 3, 4].map((failures) => waitBefore(failures, 0.5))).toEqual([500, 1_000, 2_000, 4_000]);
  });

  it('may be anything from nothing to its ceiling', () => {
    expect(waitBefore(3, 0)).toBe(0);
    expect(waitBefore(3, 0.999)).toBeCloseTo(3_996);
  });

  it('stops growing', () => {
    expect(waitBefore(1_000, 1)).toBe(longestWaitMs);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { connectAt, rhythmOf, slotAfter } from './schedule.ts';

describe('a rhythm', () => {
  it('goes on from its start, however late a reading was', () => {
    const rhythm = { phaseMs: 250, periodMs: 1_000 };
    expect(slotAfter(rhythm, 0)).toEqual({ n: 0, at: 250 });
    expect(slotAfter(rhythm, 250)).toEqual({ n: 1, at: 1_250 });
    expect(slotAfter(rhythm, 7_249.9)).toEqual({ n: 7, at: 7_250 });
  });

  it('has its next moment ahead, by one period at most', () =>
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 100, noNaN: true }), fc.nat(1e7), (rate, ms) => {
        const rhythm = rhythmOf(3, 7, rate);
        const { at } = slotAfter(rhythm, ms);
        expect(at).toBeGreaterThanOrEqual(ms);
        expect(at).toBeLessThanOrEqual(ms + rhythm.periodMs * 1.000001);
      }),
    ));

  it('is shifted evenly from device to device', () => {
    const phases = [0, 1, 2, 3].map((index) => rhythmOf(index, 4, 2).phaseMs);
    expect(phases).toEqual([0, 125, 250, 375]);
  });
});

describe('the ramp', () => {
  it('connects small fleets within a second and large ones at 500 a second', () => {
    expect([connectAt(0, 24), connectAt(12, 24)]).toEqual([0, 500]);
    expect(connectAt(4_000, 5_000)).toBe(8_000);
  });
});

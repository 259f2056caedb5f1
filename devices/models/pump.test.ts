import { describe, expect, it } from 'vitest';

import { always, series, spread } from './always.testing.ts';
import { pump } from './pump.ts';
import { octaveBands, rootSumOfSquares } from './vibration.ts';

const week = 7 * 24 * 3_600_000;

describe('a pump', () => {
  it('keeps to what a pump can do', () =>
    always((s, ts) => {
      const { pressure, flow, vibration, rpm, wear } = pump.device(s)(ts);
      expect(pressure).toBeGreaterThan(1);
      expect(pressure).toBeLessThan(7);
      expect(flow).toBeGreaterThanOrEqual(0);
      expect(flow).toBeLessThan(200);
      expect(vibration).toBeGreaterThan(0);
      expect(vibration).toBeLessThan(16);
      expect(rpm).toBeLessThan(3_000);
      expect(wear).toBeGreaterThanOrEqual(0);
      expect(wear).toBeLessThanOrEqual(100);
    }));

  it('moves visibly within a minute while it runs', () =>
    always((s, ts) => {
      const measure = pump.device(s);
      const readings = series(60, 1_000, (ms) => measure(ts + ms));
      if (readings.every((r) => r.running)) expect(spread(readings.map((r) => r.flow))).toBeGreaterThan(1);
    }));

  it('shakes as much as its bands together', () =>
    always((s, ts) => {
      const { vibration, spectrum } = pump.device(s)(ts);
      expect(spectrum).toHaveLength(octaveBands.length);
      expect(vibration).toBeCloseTo(rootSumOfSquares(spectrum), 1);
    }));

  it('shakes most in the band of its own turns, where it is calmest, runs evenly and is not worn', () =>
    always((s, ts) => {
      const measure = pump.device(s);
      const readings = series(60, 1_000, (ms) => measure(ts + ms)); // Longer than any knock.
      const { rpm, spectrum, wear } = readings.reduce((a, b) => (b.vibration < a.vibration ? b : a));
      if (wear > 30 || rpm < 1_400 || spread(readings.map((r) => r.rpm)) > 100) return;
      const loudest = octaveBands[spectrum.indexOf(Math.max(...spectrum))] ?? 0;
      expect(Math.abs(Math.log2(loudest / (rpm / 60)))).toBeLessThan(0.6);
    }));

  it('knocks, but rarely: between 0.1 and 3 % of all readings', () => {
    const readings = series(200, 0, () => undefined).flatMap((_, s) =>
      series(600, 1_000, (ms) => pump.device(s)(1.7e12 + ms).vibration),
    );
    const knocks = readings.filter((vibration) => vibration > 6).length / readings.length;
    expect(knocks).toBeGreaterThan(0.001);
    expect(knocks).toBeLessThan(0.03);
  });

  it('wears out within 6 to 14 weeks, and is then overhauled', () =>
    always((s, ts) => {
      const measure = pump.device(s);
      const wear = series(15 * 7, week / 7, (ms) => measure(ts + ms).wear);
      const isFall = (i: number): boolean => (wear[i] ?? 0) < (wear[i - 1] ?? 0);
      const overhauls = wear.filter((_, i) => isFall(i) && !isFall(i - 1)).length; // One may be met half done.
      expect(overhauls).toBeGreaterThanOrEqual(1);
      expect(overhauls).toBeLessThanOrEqual(3);
      for (const [i, now] of wear.entries()) expect(now - (wear[i - 1] ?? now)).toBeLessThan(3);
    }));

  it('is heard in its bearings when it is worn', () =>
    always((s, ts) => {
      const measure = pump.device(s);
      const bearingsAt = (wear: (percent: number) => boolean): number[] =>
        series(15 * 7, week / 7, (ms) => measure(ts + ms))
          .filter((r) => r.running && r.vibration < 6 && wear(r.wear))
          .map(({ spectrum, vibration }) => rootSumOfSquares(spectrum.slice(5)) / vibration);
      const [fresh, worn] = [bearingsAt((percent) => percent < 40), bearingsAt((percent) => percent > 80)];
      expect(Math.min(...worn)).toBeGreaterThan(Math.max(...fresh));
    }));
});

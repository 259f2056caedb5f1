import { describe, expect, it } from 'vitest';

import { always, series, spread } from './always.testing.ts';
import { energyMeter } from './energyMeter.ts';

describe('an energy meter', () => {
  it('draws a current that its power and voltage explain', () =>
    always((s, ts) => {
      const { power, voltage, current } = energyMeter.device(s)(ts);
      expect(power).toBeGreaterThan(0);
      expect(Math.abs(voltage - 230)).toBeLessThan(10);
      expect(Math.abs(current * voltage - power)).toBeLessThan(0.01 * voltage);
    }));

  it('counts exactly what its power adds up to', () =>
    always((s, ts) => {
      const measure = energyMeter.device(s);
      const watts = series(1_200, 50, (ms) => measure(ts + ms).power);
      const used = watts.reduce((sum, power) => sum + power * 50, 0) / 3.6e9;
      expect(Math.abs(measure(ts + 60_000).energy - measure(ts).energy - used)).toBeLessThan(0.0015);
    }));

  it('never counts backwards', () =>
    always((s, ts) => {
      const measure = energyMeter.device(s);
      const energy = series(400, 250, (ms) => measure(ts + ms).energy);
      expect(energy.toSorted((a, b) => a - b)).toEqual(energy);
    }));

  it('moves visibly within a minute', () =>
    always((s, ts) => {
      const measure = energyMeter.device(s);
      const watts = series(60, 1_000, (ms) => measure(ts + ms).power);
      expect(spread(watts)).toBeGreaterThan(8);
    }));
});

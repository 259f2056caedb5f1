import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { energyMeter } from './energyMeter.ts';
import { pump } from './pump.ts';
import { thermostat } from './thermostat.ts';

const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 });
/** 2020 to 2040. */
const moment = fc.integer({ min: 1_577_836_800_000, max: 2_208_988_800_000 });

/** Asks `check` of many devices at many moments. */
const always = (check: (seed: number, ts: number) => void): void =>
  fc.assert(
    fc.property(seed, moment, (s, ts) => {
      check(s, ts);
    }),
  );

const series = <T>(count: number, stepMs: number, at: (ms: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => at(i * stepMs));

const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

describe.each([thermostat, pump, energyMeter])('a $type', (model) => {
  it('measures the same at the same time when it has the same seed', () =>
    always((s, ts) => expect(model.device(s)(ts)).toEqual(model.device(s)(ts))));

  it('measures the same whatever was asked before', () =>
    always((s, ts) => {
      const measure = model.device(s);
      const first = measure(ts);
      measure(ts + 7_777);
      expect(measure(ts)).toEqual(first);
    }));

  it('differs from its neighbour', () =>
    always((s, ts) => {
      // Half an hour: two pumps that stand still are alike.
      const told = (of: number) => series(60, 30_000, (ms) => model.device(of)(ts + ms));
      expect(told(s)).not.toEqual(told(s + 1));
    }));

  it('measures finite numbers and booleans of at most 3 decimals', () =>
    always((s, ts) => {
      for (const value of Object.values(model.device(s)(ts))) {
        expect(typeof value === 'boolean' || Number(value.toFixed(3)) === value).toBe(true);
      }
    }));
});

describe('a thermostat', () => {
  it('stays near its setpoint', () =>
    always((s, ts) => {
      const { temperature, setpoint, humidity } = thermostat.device(s)(ts);
      expect(setpoint).toBeGreaterThanOrEqual(16.5);
      expect(setpoint).toBeLessThanOrEqual(22);
      // Three more just after the setpoint was changed.
      expect(Math.abs(temperature - setpoint)).toBeLessThan(4);
      expect(humidity).toBeGreaterThan(30);
      expect(humidity).toBeLessThan(65);
    }));

  it('never changes by more than 0.3 °C in a second', () =>
    always((s, ts) => {
      const measure = thermostat.device(s);
      expect(Math.abs(measure(ts + 1_000).temperature - measure(ts).temperature)).toBeLessThan(0.3);
    }));

  it('moves visibly, and switches its heating, within five minutes', () =>
    always((s, ts) => {
      const readings = series(300, 1_000, (ms) => thermostat.device(s)(ts + ms));
      expect(spread(readings.map((r) => r.temperature))).toBeGreaterThan(0.3);
      expect(new Set(readings.map((r) => r.heating)).size).toBe(2);
    }));
});

describe('a pump', () => {
  it('keeps to what a pump can do', () =>
    always((s, ts) => {
      const { pressure, flow, vibration, rpm } = pump.device(s)(ts);
      expect(pressure).toBeGreaterThan(1);
      expect(pressure).toBeLessThan(7);
      expect(flow).toBeGreaterThanOrEqual(0);
      expect(flow).toBeLessThan(200);
      expect(vibration).toBeGreaterThan(0);
      expect(vibration).toBeLessThan(16);
      expect(rpm).toBeLessThan(3_000);
    }));

  it('moves visibly within a minute while it runs', () =>
    always((s, ts) => {
      const readings = series(60, 1_000, (ms) => pump.device(s)(ts + ms));
      if (readings.every((r) => r.running)) expect(spread(readings.map((r) => r.flow))).toBeGreaterThan(1);
    }));

  it('knocks, but rarely: between 0.1 and 3 % of all readings', () => {
    const readings = series(200, 0, () => undefined).flatMap((_, s) =>
      series(600, 1_000, (ms) => pump.device(s)(1.7e12 + ms).vibration),
    );
    const knocks = readings.filter((vibration) => vibration > 6).length / readings.length;
    expect(knocks).toBeGreaterThan(0.001);
    expect(knocks).toBeLessThan(0.03);
  });
});

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
      expect(measure(ts + 250).energy).toBeGreaterThanOrEqual(measure(ts).energy);
    }));

  it('moves visibly within a minute', () =>
    always((s, ts) => {
      const watts = series(60, 1_000, (ms) => energyMeter.device(s)(ts + ms).power);
      expect(spread(watts)).toBeGreaterThan(8);
    }));
});

import { describe, expect, it } from 'vitest';

import { always, series, spread } from './always.testing.ts';
import { thermostat } from './thermostat.ts';

const hour = 3_600_000;

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

  it('switches its heating on below the setpoint only, and off above it only', () =>
    always((s, ts) => {
      const measure = thermostat.device(s);
      const readings = series(600, 1_000, (ms) => measure(ts + ms));
      for (const [i, now] of readings.entries()) {
        const before = readings[i - 1] ?? now;
        if (now.heating && !before.heating) expect(now.temperature).toBeLessThan(now.setpoint);
        if (!now.heating && before.heating) expect(before.temperature).toBeGreaterThan(before.setpoint);
      }
    }));

  it('gets warmer while it heats and colder while it does not', () =>
    always((s, ts) => {
      const measure = thermostat.device(s);
      const readings = series(180, 10_000, (ms) => measure(ts + ms));
      for (const [i, now] of readings.entries()) {
        const later = readings[i + 1];
        if (later === undefined || later.heating !== now.heating) continue;
        // What the air adds is at most 0.12.
        const gained = (later.temperature - now.temperature) * (now.heating ? 1 : -1);
        expect(gained).toBeGreaterThan(-0.13);
      }
    }));

  it('switches its heating within five minutes, but while it follows a new setpoint', () =>
    always((s, ts) => {
      const measure = thermostat.device(s);
      const readings = series(300, 1_000, (ms) => measure(ts + ms));
      const setpoints = new Set(series(9, -5 * 60_000, (ms) => measure(ts + ms).setpoint));
      if (setpoints.size > 1 || readings[0]?.setpoint !== readings[299]?.setpoint) return;
      expect(spread(readings.map((r) => r.temperature))).toBeGreaterThan(0.3);
      expect(new Set(readings.map((r) => r.heating)).size).toBe(2);
    }));

  it('is three degrees warmer by day than by night, every day', () =>
    always((s, ts) => {
      const measure = thermostat.device(s);
      const day = series(24 * 6, hour / 6, (ms) => measure(ts + ms).temperature);
      expect(spread(day)).toBeGreaterThan(3);
    }));
});

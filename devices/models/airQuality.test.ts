import { describe, expect, it } from 'vitest';

import { airQuality } from './airQuality.ts';
import { always, series } from './always.testing.ts';

const hour = 3_600_000;
const day = 24 * hour;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('an air-quality sensor', () => {
  it('keeps to what the air of a street can be', () =>
    always((s, ts) => {
      const { co2, pm2_5, pm10, temperature, humidity } = airQuality.device(s)(ts);
      expect(co2).toBeGreaterThan(280);
      expect(co2).toBeLessThan(700);
      expect(pm2_5).toBeGreaterThan(1);
      expect(pm2_5).toBeLessThan(150);
      expect(pm10).toBeGreaterThanOrEqual(pm2_5);
      expect(temperature).toBeGreaterThan(-15);
      expect(temperature).toBeLessThan(40);
      expect(humidity).toBeGreaterThan(30);
      expect(humidity).toBeLessThan(100);
    }));

  it('never jumps', () =>
    always((s, ts) => {
      const measure = airQuality.device(s);
      const [now, then] = [measure(ts), measure(ts + 1_000)];
      expect(Math.abs(then.co2 - now.co2)).toBeLessThan(4);
      expect(Math.abs(then.pm2_5 - now.pm2_5)).toBeLessThan(2 + now.pm2_5 / 20);
      expect(Math.abs(then.temperature - now.temperature)).toBeLessThan(0.3);
    }));

  it('has more particles at eight on a working day than at three in the night', () =>
    always((s, ts) => {
      const at = (time: number) =>
        mean(
          series(
            60,
            7 * day,
            (ms) => airQuality.device(s)(Math.floor(ts / (7 * day)) * 7 * day + ms + time).pm2_5,
          ),
        );
      expect(at(8 * hour)).toBeGreaterThan(at(3 * hour));
    }));

  it('drifts apart from its neighbour until it is calibrated, every 60 to 120 days', () =>
    always((s, ts) => {
      const measure = airQuality.device(s);
      const days = series(130, day, (ms) => measure(ts + ms).sinceCalibration);
      // One seen while it lasts falls twice, but only once to new.
      const calibrated = days.filter((now, i) => now <= 1 && (days[i - 1] ?? 0) > 1).length;
      expect(calibrated).toBeGreaterThanOrEqual(1);
      expect(calibrated).toBeLessThanOrEqual(3);
      expect(Math.max(...days)).toBeLessThan(120);
    }));

  it('tells another concentration after 50 days of drift than just calibrated, in most sensors', () => {
    const drifted = series(40, 1, (s) => {
      const measure = airQuality.device(s);
      const months = series(1_200, day, (ms) => measure(1.7e12 + ms));
      const of = (from: number, to: number) =>
        mean(months.filter((r) => r.sinceCalibration >= from && r.sinceCalibration < to).map((r) => r.co2));
      return Math.abs(of(50, 60) - of(0, 3)) > 10;
    });
    expect(drifted.filter(Boolean).length).toBeGreaterThan(20);
  });
});

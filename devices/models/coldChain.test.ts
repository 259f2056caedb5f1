import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { always, moment, seed, series } from './always.testing.ts';
import { coldChain } from './coldChain.ts';

type Place = { readonly lat: number; readonly lon: number };

/** Metres north and east. */
const way = (from: Place, to: Place): readonly [number, number] => [
  (to.lat - from.lat) * 111_320,
  (to.lon - from.lon) * 111_320 * Math.cos((from.lat * Math.PI) / 180),
];

describe('a cold-chain van', () => {
  it('stays on the globe and within the speed of a town', () =>
    always((s, ts) => {
      const { lat, lon, speed, heading, temperature } = coldChain.device(s)(ts);
      expect(Math.abs(lat)).toBeLessThan(60);
      expect(Math.abs(lon)).toBeLessThan(180);
      expect(speed).toBeGreaterThanOrEqual(0);
      expect(speed).toBeLessThan(62);
      expect(heading).toBeGreaterThanOrEqual(0);
      expect(heading).toBeLessThan(360);
      expect(temperature).toBeGreaterThan(-21);
      expect(temperature).toBeLessThan(16);
    }));

  it('moves as fast as it says, where it says', () =>
    always((s, ts) => {
      const measure = coldChain.device(s);
      const [before, now, after] = [-500, 0, 500].map((ms) => measure(ts + ms));
      if (before === undefined || now === undefined || after === undefined) throw new Error('three');
      const [north, east] = way(before, after);
      expect(Math.abs(Math.hypot(north, east) * 3.6 - now.speed)).toBeLessThan(3);
      if (now.speed < 15) return;
      const away = Math.abs(((Math.atan2(east, north) * 180) / Math.PI - now.heading + 540) % 360) - 180;
      expect(Math.abs(away)).toBeLessThan(3);
    }));

  it('never jumps: neither its place nor its temperature', () =>
    always((s, ts) => {
      const measure = coldChain.device(s);
      const readings = series(600, 1_000, (ms) => measure(ts + ms));
      for (const [i, now] of readings.entries()) {
        const before = readings[i - 1] ?? now;
        expect(Math.hypot(...way(before, now))).toBeLessThan(18);
        expect(Math.abs(now.temperature - before.temperature)).toBeLessThan(0.2);
      }
    }));

  it('opens its door at stops only, and warms by it', () =>
    always((s, ts) => {
      const measure = coldChain.device(s);
      const readings = series(1_440, 10_000, (ms) => measure(ts + ms));
      const open = readings.filter(({ doorOpen }) => doorOpen);
      expect(open.length).toBeGreaterThan(10);
      expect(open.every(({ speed }) => speed === 0)).toBe(true);
      const switches = (to: boolean) =>
        readings.filter((r, i) => r.doorOpen === to && readings[i - 1]?.doorOpen === !to);
      const mean = (of: typeof readings) => of.reduce((sum, r) => sum + r.temperature, 0) / of.length;
      expect(mean(switches(false))).toBeGreaterThan(mean(switches(true)) + 0.8);
    }));

  it('never counts its kilometres backwards, and counts those that it drives', () =>
    always((s, ts) => {
      const measure = coldChain.device(s);
      const readings = series(900, 1_000, (ms) => measure(ts + ms));
      const driven = readings.reduce((sum, { speed }) => sum + speed / 3_600, 0);
      const [first, last] = [readings[0]?.odometer ?? 0, readings.at(-1)?.odometer ?? 0];
      const counts = readings.map(({ odometer }) => odometer);
      expect(counts.toSorted((a, b) => a - b)).toEqual(counts);
      expect(Math.abs(last - first - driven)).toBeLessThan(0.05);
    }));

  it('drives in its region', () =>
    fc.assert(
      fc.property(seed, moment, (s, ts) => {
        const { lat, lon } = coldChain.device(s, 'ap-south')(ts);
        expect(Math.hypot(lat - 18.52, lon - 73.86)).toBeLessThan(0.2);
      }),
    ));
});

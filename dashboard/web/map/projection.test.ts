import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eastward, mostLatitude, pointOf, positionAt, wrapped } from './projection.ts';

describe('the projection', () => {
  it('puts the null island into the middle, and the corners where the square ends', () => {
    expect(pointOf({ lat: 0, lon: 0 })).toEqual({ x: 0.5, y: 0.5 });
    expect(pointOf({ lat: mostLatitude, lon: -180 }).x).toBe(0);
    expect(pointOf({ lat: mostLatitude, lon: -180 }).y).toBeCloseTo(0, 10);
    expect(pointOf({ lat: -90, lon: 180 }).y).toBeCloseTo(1, 10);
  });

  it('leads back to where it came from', () => {
    const lat = fc.double({ min: -85, max: 85, noNaN: true });
    const lon = fc.double({ min: -180, max: 179.999, noNaN: true });
    fc.assert(
      fc.property(lat, lon, (lat, lon) => {
        const back = positionAt(pointOf({ lat, lon }));
        expect(back.lat).toBeCloseTo(lat, 8);
        expect(back.lon).toBeCloseTo(lon, 8);
      }),
    );
  });

  it('goes around the world: 180° east is 180° west, and the way across is short', () => {
    expect(positionAt({ x: 1.25, y: 0.5 }).lon).toBeCloseTo(-90);
    expect(positionAt({ x: -0.25, y: 0.5 }).lon).toBeCloseTo(90);
    expect(wrapped(pointOf({ lat: 0, lon: 180 }).x)).toBe(0);
    expect(eastward(0.99, 0.01)).toBeCloseTo(0.02);
    expect(eastward(0.01, 0.99)).toBeCloseTo(-0.02);
  });
});

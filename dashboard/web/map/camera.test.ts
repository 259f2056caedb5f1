import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitted, leastScale, mostScale, panned, pointAt, screenOf, within, zoomed } from './camera.ts';
import { pointOf } from './projection.ts';

const size = { width: 800, height: 600 };
const camera = { x: 0.5, y: 0.5, scale: 4_000 };

describe('the camera', () => {
  it('sees its own point in the middle, and finds what is seen anywhere', () => {
    expect(screenOf(camera, size, camera)).toEqual({ x: 400, y: 300 });
    const seen = pointAt(camera, size, { x: 17, y: 590 });
    expect(screenOf(camera, size, seen).x).toBeCloseTo(17, 6);
    expect(screenOf(camera, size, seen).y).toBeCloseTo(590, 6);
  });

  it('sees across 180°', () => {
    const atFiji = { ...pointOf({ lat: -17, lon: 179 }), scale: 4_000 };
    const { x } = screenOf(atFiji, size, pointOf({ lat: -17, lon: -179 }));
    expect(x - 400).toBeCloseTo((2 / 360) * 4_000, 6);
  });

  it('keeps in its place what one zooms at', () => {
    const share = fc.double({ min: 0.2, max: 0.8, noNaN: true });
    const factor = fc.double({ min: 0.8, max: 8, noNaN: true });
    fc.assert(
      fc.property(share, share, factor, (right, down, factor) => {
        const at = { x: right * size.width, y: down * size.height };
        const held = pointAt(camera, size, at);
        const after = screenOf(zoomed(camera, size, factor, at), size, held);
        expect(after.x).toBeCloseTo(at.x, 4);
        expect(after.y).toBeCloseTo(at.y, 4);
      }),
    );
  });

  it('never leaves the world: not to the north, not too far away, not too close', () => {
    expect(panned(camera, size, 0, 1e6).y).toBeCloseTo(300 / 4_000);
    expect(zoomed(camera, size, 1e-9, { x: 0, y: 0 }).scale).toBe(leastScale(size));
    expect(zoomed(camera, size, 1e9, { x: 0, y: 0 }).scale).toBe(mostScale);
    expect(within({ x: 7.25, y: -3, scale: 0 }, { width: 300, height: 900 })).toEqual({
      x: 0.25,
      y: 0.5,
      scale: 900,
    });
  });

  it('goes around the world to the east', () => {
    expect(panned({ ...camera, x: 0.999 }, size, -8, 0).x).toBeCloseTo(0.001);
  });
});

describe('a camera that shows all points', () => {
  it('has each of them on the screen', () => {
    const points = [
      { lat: 59, lon: 17 },
      { lat: 18, lon: 74 },
      { lat: 37, lon: -122 },
    ].map(pointOf);
    const all = fitted(points, size);
    for (const point of points) {
      const { x, y } = screenOf(all, size, point);
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(800);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(600);
    }
  });

  it('takes the short way across 180°', () => {
    const both = fitted([pointOf({ lat: -17, lon: 179 }), pointOf({ lat: -17, lon: -179 })], size);
    expect(Math.min(both.x, 1 - both.x)).toBeLessThan(1e-9);
    expect(both.scale).toBeGreaterThan(10_000);
  });

  it('leaves land to see around one alone, and shows the world where there is none', () => {
    expect(fitted([{ x: 0.3, y: 0.4 }], size)).toEqual({ x: 0.3, y: 0.4, scale: 2 ** 14 });
    expect(fitted([], size).scale).toBe(800);
  });
});

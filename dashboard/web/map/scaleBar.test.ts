import { describe, expect, it } from 'vitest';
import { pointOf } from './projection.ts';
import { metresPerPixel, scaleBar } from './scaleBar.ts';

describe('the scale bar', () => {
  it('knows that a degree is 111 km at the equator, and half of that on 60° north', () => {
    const at = (lat: number) => metresPerPixel({ ...pointOf({ lat, lon: 0 }), scale: 360 });
    expect(at(0)).toBeCloseTo(111_319.5, 0);
    expect(at(60) / at(0)).toBeCloseTo(0.5);
  });

  it.each([360, 1_000, 77_777, 2 ** 22])('is a round length that fits, at a scale of %d', (scale) => {
    const { metres, px } = scaleBar({ x: 0.5, y: 0.5, scale }, 100);
    expect(px).toBeLessThanOrEqual(100);
    expect(px).toBeGreaterThan(39);
    expect(String(metres)).toMatch(/^[125]0*$/);
  });
});

import { describe, expect, it } from 'vitest';
import { closing, unrolled } from './unrolled.ts';

describe('a ring on the map', () => {
  it('goes on beyond 180° without a jump, to the east and to the west', () => {
    const east = unrolled([[170, 0], [-170, 0], [-170, 10], [170, 10], [170, 0]]); // oxfmt-ignore
    expect(east.map(({ x }) => Math.round(x * 360))).toEqual([350, 370, 370, 350, 350]);
    const west = unrolled([[-170, 0], [170, 0]]); // oxfmt-ignore
    expect(west.map(({ x }) => Math.round(x * 360))).toEqual([10, -10]);
    expect(closing(east)).toEqual([]);
  });

  it('around a pole is closed along the edge of the world', () => {
    const ring = unrolled([-180, -90, 0, 90, 180].map((lon) => [lon, -70]));
    expect(ring.at(-1)?.x).toBe(1);
    expect(closing(ring)).toEqual([
      { x: 1, y: 1 },
      { x: 0, y: 1 },
    ]);
  });

  it('of a hole lies in the land that it is in', () => {
    const land = unrolled([[-179, 60], [100, 60], [20, 60]]); // oxfmt-ignore
    expect(land.at(-1)?.x).toBeCloseTo(20 / 360 - 0.5);
    const [corner] = unrolled([[50, 45]], land.at(-1)?.x);
    expect(corner?.x).toBeCloseTo(50 / 360 - 0.5);
  });

  it('may be empty', () => {
    expect(closing(unrolled([]))).toEqual([]);
  });
});

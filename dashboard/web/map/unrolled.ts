import { eastward, pointOf, wrapped, type Point } from './projection.ts';

/** Corners in degrees, longitude first. */
export type Ring = readonly (readonly number[])[];

/**
 * The corners of a ring in the world, without a jump where it crosses 180°: it goes on beyond 0 or 1 instead.
 *
 * @param from where the world is to begin for its first corner: that of a hole must lie in its land.
 */
export const unrolled = (ring: Ring, from = 0): Point[] => {
  let before: number | undefined;
  return ring.map(([lon = 0, lat = 0]) => {
    const { x, y } = pointOf({ lat, lon });
    before = before === undefined ? from + wrapped(x - from) : before + eastward(before, x);
    return { x: before, y };
  });
};

/** What a ring around a pole lacks, which is open once it is unrolled: the way along the edge of the world. */
export const closing = (corners: readonly Point[]): Point[] => {
  const [first, last] = [corners[0], corners.at(-1)];
  if (first === undefined || last === undefined || Math.abs(first.x - last.x) < 0.5) return [];
  const edge = first.y > 0.5 ? 1 : 0;
  return [
    { x: last.x, y: edge },
    { x: first.x, y: edge },
  ];
};

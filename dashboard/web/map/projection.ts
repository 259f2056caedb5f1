import type { Position } from './positionOf.ts';

/** A point of the world in Web Mercator: 0 to 1 from west to east, and from north to south. */
export type Point = { readonly x: number; readonly y: number };

/** Where the square ends; the poles are infinitely far away. */
export const mostLatitude = 85.0511287798066;

const radians = Math.PI / 180;

/** Into 0 to 1, around the world. */
export const wrapped = (x: number): number => x - Math.floor(x);

/** How far east `to` lies of `from`, by the shorter way: −0.5 to 0.5. */
export const eastward = (from: number, to: number): number => wrapped(to - from + 0.5) - 0.5;

const y = (lat: number): number => {
  const sine = Math.sin(Math.max(-mostLatitude, Math.min(mostLatitude, lat)) * radians);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
};

/** Not wrapped: 180° is 1, −180° is 0. */
export const pointOf = ({ lat, lon }: Position): Point => ({ x: lon / 360 + 0.5, y: y(lat) });

export const positionAt = ({ x, y }: Point): Position => ({
  lat: Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) / radians,
  lon: (wrapped(x) - 0.5) * 360,
});

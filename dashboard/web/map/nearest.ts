import { eastward, type Point } from './projection.ts';

/** So many of the points that are nearest to another, the nearest first. */
export const nearest = <P extends Point>(points: readonly P[], to: Point, most: number): P[] => {
  const away = (point: P): number => eastward(to.x, point.x) ** 2 + (point.y - to.y) ** 2;
  return points
    .map((point) => ({ point, away: away(point) }))
    .sort((a, b) => a.away - b.away)
    .slice(0, most)
    .map(({ point }) => point);
};

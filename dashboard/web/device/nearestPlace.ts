import type { Field, Series } from './series.ts';

/** The place of the point nearest to a time, ms, or so many points further; undefined where there is none. */
export const nearestPlace = (
  series: Series,
  { values }: Field,
  time: number,
  by: number,
): number | undefined => {
  const { times } = series.stamps;
  const isHere = (place: number): boolean => !Number.isNaN(values[place] ?? NaN);
  const next = (place: number, step: 1 | -1): number => {
    let at = place + step;
    while (at >= 0 && at < series.length && !isHere(at)) at += step;
    return at;
  };
  const later = next(series.placeAfter(time) - 1, 1);
  const earlier = next(later, -1);
  const isIn = (place: number): boolean => place >= 0 && place < series.length;
  const distance = (place: number): number => (isIn(place) ? Math.abs((times[place] ?? 0) - time) : Infinity);
  let place = distance(earlier) <= distance(later) ? earlier : later;
  for (let left = Math.abs(by); left > 0 && isIn(place); left -= 1) {
    const further = next(place, by > 0 ? 1 : -1);
    if (!isIn(further)) break;
    place = further;
  }
  return isIn(place) ? place : undefined;
};

import { median } from '../fleet/median.ts';
import type { Series } from './series.ts';

/** So many intervals tell what is usual. */
const looked = 128;

/** The median time between two readings that have the field, ms: of the last in these places. Infinity if there are none. */
export const usualInterval = (
  { times, counts }: Pick<Series['stamps'], 'times' | 'counts'>,
  values: Float64Array,
  first: number,
  last: number,
): number => {
  const found: number[] = [];
  let later = -1;
  for (let place = last; place >= first && found.length < looked; place -= 1) {
    if (Number.isNaN(values[place] ?? NaN)) continue;
    if (later >= 0) found.push(((times[later] ?? 0) - (times[place] ?? 0)) / (counts[later] ?? 1));
    later = place;
  }
  return median(found) ?? Infinity;
};

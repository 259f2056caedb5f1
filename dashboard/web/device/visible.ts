import type { Field, Series } from './series.ts';
import { usualInterval } from './usualInterval.ts';

/** Nothing for less than this is the way through a network, not silence, ms. */
const leastBreakMs = 2_500;
/** So many of the usual intervals without a word are a gap. */
const missed = 3;
/** Of readings that came late and of holes, the newest so many are marked. */
const mostMarks = 200;
/** Where there are more points than this for each pixel, those of a pixel are drawn as four. */
const dense = 2;

/** ms; `columns`: how many pixels wide. */
export type Window = { readonly from: number; readonly to: number; readonly columns: number };

/** A stretch in which readings are known to be missing, ms. */
export type Hole = { readonly from: number; readonly to: number; readonly missing: number };

/** What is to be drawn of a field. Times are seconds, as uPlot counts; a null is a break in the line. */
export type Visible = {
  readonly times: number[];
  readonly values: (number | null)[];
  /** Least and greatest; empty where nothing was folded. */
  readonly low: (number | null)[];
  readonly high: (number | null)[];
  /** Places of points that no line leads to. */
  readonly lone: number[];
  readonly late: { readonly time: number; readonly value: number }[];
  readonly holes: Hole[];
  /** How many points lie in the window, and how often the line breaks in it. */
  readonly points: number;
  readonly gaps: number;
  /** Of all in the window, what was folded too. Undefined where there is nothing. */
  readonly least: number | undefined;
  readonly greatest: number | undefined;
  /** The last place in the window, in the series; -1 if there is none. */
  readonly last: number;
};

/** Before anything came. */
export const nothingVisible: Visible = {
  times: [],
  values: [],
  low: [],
  high: [],
  lone: [],
  late: [],
  holes: [],
  points: 0,
  gaps: 0,
  least: undefined,
  greatest: undefined,
  last: -1,
};

/** Collects points, those of one pixel together, and puts out so many as make the same picture. */
class Pen {
  readonly times: number[] = [];
  readonly values: (number | null)[] = [];
  readonly low: (number | null)[] = [];
  readonly high: (number | null)[] = [];
  readonly lone: number[] = [];
  readonly #field: Field;
  readonly #at: Float64Array;
  readonly #columnOf: (time: number) => number;
  #column = NaN;
  #first = -1;
  #last = -1;
  #least = -1;
  #greatest = -1;
  #since = 0;

  /** @param columnOf tells which pixel a time belongs to; a new one for each if nothing is to be put together. */
  constructor(field: Field, at: Float64Array, columnOf: (time: number) => number) {
    this.#field = field;
    this.#at = at;
    this.#columnOf = columnOf;
  }

  point(place: number): void {
    const { values } = this.#field;
    const column = this.#columnOf(this.#at[place] ?? 0);
    if (column !== this.#column) this.#flush();
    this.#column = column;
    const value = values[place] ?? 0;
    if (this.#first < 0) this.#first = this.#least = this.#greatest = place;
    if (value < (values[this.#least] ?? 0)) this.#least = place;
    if (value > (values[this.#greatest] ?? 0)) this.#greatest = place;
    this.#last = place;
  }

  /** Lifts the pen: no line leads over `time`, ms. */
  lift(time: number): void {
    this.end();
    this.times.push(time / 1_000);
    this.values.push(null);
    this.low.push(null);
    this.high.push(null);
    this.#since = this.times.length;
  }

  end(): void {
    this.#flush();
    if (this.times.length === this.#since + 1) this.lone.push(this.#since);
  }

  #flush(): void {
    if (this.#first < 0) return;
    const { values, bounds } = this.#field;
    let [low, high] = [values[this.#least] ?? 0, values[this.#greatest] ?? 0];
    if (bounds !== undefined)
      for (let place = this.#first; place <= this.#last; place += 1) {
        // A NaN is less than nothing and more than nothing.
        if ((bounds.low[place] ?? NaN) < low) low = bounds.low[place] ?? low;
        if ((bounds.high[place] ?? NaN) > high) high = bounds.high[place] ?? high;
      }
    const isFolded = low < (values[this.#least] ?? 0) || high > (values[this.#greatest] ?? 0);
    const [inner, outer] = [Math.min(this.#least, this.#greatest), Math.max(this.#least, this.#greatest)];
    let previous = -1;
    for (const place of [this.#first, inner, outer, this.#last]) {
      if (place <= previous) continue;
      previous = place;
      const value = values[place] ?? 0;
      this.times.push((this.#at[place] ?? 0) / 1_000);
      this.values.push(value);
      this.low.push(isFolded ? low : value);
      this.high.push(isFolded ? high : value);
    }
    this.#first = -1;
  }
}

/** How long nothing may come before the line breaks, ms. */
const breakAfter = (series: Series, field: Field, first: number, last: number): number =>
  Math.max(leastBreakMs, missed * usualInterval(series.stamps, field.values, first, last));

/**
 * What can be seen of a field in a window, with one point before and one behind it, so that lines lead out of it. The
 * line breaks where nothing came for much longer than is usual, and where readings are known to be missing.
 *
 * @param coveredFrom since when everything that was kept is here, ms: what is missing before is only not asked for yet.
 */
export const visibleOf = (
  series: Series,
  field: Field,
  { from, to, columns }: Window,
  coveredFrom: number,
): Visible => {
  const { times, counts, lates } = series.stamps;
  const { values, bounds } = field;
  const isHere = (place: number): boolean => !Number.isNaN(values[place] ?? NaN);
  let first = series.placeAfter(from - 1e-6);
  const end = series.placeAfter(to);
  let back = first - 1;
  while (back >= 0 && !isHere(back)) back -= 1;
  first = Math.max(0, back);
  let behind = end;
  while (behind < series.length && !isHere(behind)) behind += 1;
  const until = Math.min(series.length - 1, behind);

  const isDense = end - first > dense * columns;
  const scale = columns / (to - from);
  const pen = new Pen(field, times, isDense ? (time) => Math.floor((time - from) * scale) : (time) => time);
  const longest = breakAfter(series, field, first, until);
  const late: Visible['late'] = [];
  const holes: Hole[] = [];
  let [points, gaps, last, before, missing] = [0, 0, -1, -1, 0];
  let [least, greatest] = [Infinity, -Infinity];
  for (let place = first; place <= until; place += 1) {
    const time = times[place] ?? 0;
    if (before >= 0 && (times[place - 1] ?? 0) >= coveredFrom) missing += series.missingBefore(place);
    if (!isHere(place)) continue;
    if (before >= 0) {
      const left = times[before] ?? 0;
      if (missing > 0) holes.push({ from: left, to: time, missing });
      if (missing > 0 || (time - left) / (counts[place] ?? 1) > longest) {
        pen.lift((left + time) / 2);
        if (time > from && left < to) gaps += 1;
      }
    }
    pen.point(place);
    [before, missing] = [place, 0];
    const value = values[place] ?? 0;
    least = Math.min(least, bounds?.low[place] ?? value);
    greatest = Math.max(greatest, bounds?.high[place] ?? value);
    if (time < from || time > to) continue;
    points += 1;
    last = place;
    if (lates[place] === 1) late.push({ time, value });
  }
  pen.end();
  const isEmpty = least > greatest;
  return {
    times: pen.times,
    values: pen.values,
    low: bounds === undefined ? [] : pen.low,
    high: bounds === undefined ? [] : pen.high,
    lone: pen.lone,
    late: late.slice(-mostMarks),
    holes: holes.slice(-mostMarks),
    points,
    gaps,
    least: isEmpty ? undefined : least,
    greatest: isEmpty ? undefined : greatest,
    last,
  };
};

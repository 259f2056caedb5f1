import { seedOf, unitAt } from '../noise.ts';

/**
 * Random paths as functions of time: the ends of a long span are drawn first, then its middle given both ends, then the
 * middles of its halves, down to a millisecond (Lévy's construction of Brownian motion). Each draw depends on nothing but
 * the seed and its own moment, so every moment can be asked for, in any order, and any step is as it would be in a path
 * that was walked.
 */
type Steps = {
  /** A power of two: the span whose ends are drawn alone, ms. */
  readonly spanMs: number;
  /** The value at a multiple of the span. */
  readonly endAt: (ts: number) => number;
  /** Half an interval long: the weight of the sum of its ends, and the standard deviation of its middle around that. */
  readonly middle: (halfMs: number) => { readonly weight: number; readonly deviation: number };
};

const second = seedOf('second number of a pair');

/** A standard normal number (Box and Muller), the same for the same seed and position. */
export const normalAt = (seed: number, n: number): number => {
  const radius = Math.sqrt(-2 * Math.log(1 - unitAt(seed, n)));
  return radius * Math.cos(2 * Math.PI * unitAt(seed ^ second, n));
};

const pathOf =
  (seed: number, { spanMs, endAt, middle }: Steps) =>
  (ts: number): number => {
    let from = Math.floor(ts / spanMs) * spanMs;
    let [left, right] = [endAt(from), endAt(from + spanMs)];
    for (let halfMs = spanMs / 2; halfMs >= 1; halfMs /= 2) {
      const at = from + halfMs;
      const { weight, deviation } = middle(halfMs);
      const value = (left + right) * weight + deviation * normalAt(seed, at);
      if (ts < at) right = value;
      else [from, left] = [at, value];
    }
    return left + (right - left) * (ts - from);
  };

/** Longer than from 1970 to 2109. */
const brownianSpanMs = 2 ** 42;

/**
 * Brownian motion: over `ms` it changes by a normal number of variance `ms`. Between 1970 and 2109; in other spans its
 * ends are as far apart as they would be, but do not wander further and further.
 */
export const brownian = (seed: number): ((ts: number) => number) =>
  pathOf(seed, {
    spanMs: brownianSpanMs,
    endAt: (ts) => (ts === 0 ? 0 : Math.sqrt(brownianSpanMs) * normalAt(seed, ts)),
    middle: (halfMs) => ({ weight: 0.5, deviation: Math.sqrt(halfMs / 2) }),
  });

/** Spans this many relaxation times long have ends that know nothing of each other: e^-64. */
const unrelated = 64;

/**
 * The Ornstein-Uhlenbeck process of mean 0 and standard deviation 1 that forgets with the time constant `relaxationMs`:
 * exactly, for the process is Gaussian and Markovian. With r = e^(-h/relaxation), h half an interval, its middle has the mean
 * (left + right) r / (1 + r²) and the variance (1 - r²) / (1 + r²).
 */
export const ornsteinUhlenbeck = (seed: number, relaxationMs: number): ((ts: number) => number) =>
  pathOf(seed, {
    spanMs: 2 ** Math.ceil(Math.log2(unrelated * relaxationMs)),
    endAt: (ts) => normalAt(seed, ts),
    middle: (halfMs) => ({
      weight: 1 / (2 * Math.cosh(halfMs / relaxationMs)),
      deviation: Math.sqrt(Math.tanh(halfMs / relaxationMs)),
    }),
  });

/** `value` thrown back at both walls as often as needed: reflected Brownian motion, where `value` is Brownian. */
export const reflected = (value: number, least: number, most: number): number => {
  const width = most - least;
  const folded = (((value - least) % (2 * width)) + 2 * width) % (2 * width);
  return least + (folded <= width ? folded : 2 * width - folded);
};

/** The moments at which one device publishes: `phaseMs + n * periodMs` after the start, for every integer n. */
export type Rhythm = { readonly phaseMs: number; readonly periodMs: number };

/** Number and time of the first moment after `ms`. Computed from the start each time, so that lateness never adds up. */
export const slotAfter = ({ phaseMs, periodMs }: Rhythm, ms: number): { n: number; at: number } => {
  const n = Math.floor((ms - phaseMs) / periodMs) + 1;
  return { n, at: phaseMs + n * periodMs };
};

/** For how long a fleet of `count` connects: a second, longer for more than 500, as a connection takes about 1 ms to open. */
const rampMs = (count: number): number => Math.max(1_000, 2 * count);

/** When device `index` of `count` connects, in ms after the start. */
export const connectAt = (index: number, count: number): number => (index / count) * rampMs(count);

/** How long a fleet of `count` runs whose devices run for `durationMs` each: the last of them connects last. */
export const runMs = (count: number, durationMs: number): number => connectAt(count - 1, count) + durationMs;

/** The rhythm of device `index` of `count` at `rate` readings per second: phases are spread evenly over the period. */
export const rhythmOf = (index: number, count: number, rate: number): Rhythm => {
  const periodMs = 1_000 / rate;
  return { periodMs, phaseMs: (index / count) * periodMs };
};

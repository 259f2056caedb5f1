/** Where a reading's milliseconds go. */
export const hops = ['device', 'filter', 'browser'] as const;
/**
 * - `device`: from being measured to being received by the rule; by the device's clock, where it has one.
 * - `filter`: from there to being sent on.
 * - `browser`: from there to this page, by the server's clock as this page knows it.
 */
export type Hop = (typeof hops)[number];

export const hopWords: Readonly<Record<Hop, string>> = {
  device: 'device → rule',
  filter: 'rule → filter',
  browser: 'filter → this page',
};

const seconds = 60;
/** Buckets grow by a tenth: a quantile is told within 5 %. The last holds everything above 100 s. */
const growth = 1.1;
const buckets = Math.ceil(Math.log(100_000) / Math.log(growth)) + 2;

const bucketOf = (ms: number): number =>
  ms < 1 ? 0 : Math.min(buckets - 1, 1 + Math.floor(Math.log(ms) / Math.log(growth)));
const middleOf = (bucket: number): number => (bucket === 0 ? 0.5 : growth ** (bucket - 0.5));

export type Quantiles = { readonly p50: number; readonly p99: number; readonly count: number };

/** The durations of the last minute, in so much room however many there are. */
export class Latency {
  readonly #counts = Array.from({ length: seconds }, () => new Uint32Array(buckets));
  #second = 0;

  /** @param now epoch ms. */
  add(ms: number, now: number): void {
    this.#turn(now);
    const counts = this.#counts[this.#second % seconds];
    const bucket = bucketOf(ms);
    if (counts !== undefined) counts[bucket] = (counts[bucket] ?? 0) + 1;
  }

  /** Of the last minute; undefined where nothing came. */
  read(now: number): Quantiles | undefined {
    this.#turn(now);
    const sums = new Float64Array(buckets);
    for (const counts of this.#counts)
      for (const [n, count] of counts.entries()) sums[n] = (sums[n] ?? 0) + count;
    const count = sums.reduce((a, b) => a + b, 0);
    if (count === 0) return undefined;
    return { p50: quantile(sums, count, 0.5), p99: quantile(sums, count, 0.99), count };
  }

  /** Empties the seconds that have passed since the last look. */
  #turn(now: number): void {
    const second = Math.floor(now / 1_000);
    const from = Math.max(this.#second + 1, second - seconds + 1);
    for (let at = from; at <= second; at += 1) this.#counts[at % seconds]?.fill(0);
    this.#second = Math.max(this.#second, second);
  }
}

/** The way of half the readings from the rule to this page, ms; undefined where nothing came. */
export const wayOf = ({ filter, browser }: Partial<Record<Hop, Quantiles>>): number | undefined =>
  filter === undefined || browser === undefined ? undefined : filter.p50 + Math.max(0, browser.p50);

const quantile = (sums: Float64Array, count: number, share: number): number => {
  let left = Math.ceil(count * share);
  const found = sums.findIndex((n) => (left -= n) <= 0);
  return middleOf(found);
};

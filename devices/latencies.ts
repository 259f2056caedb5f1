export type Latencies = {
  /** Milliseconds, 0 or more. */
  add: (ms: number) => void;
  /** How many fell into each bucket: what {@link quantileOf} reads, and what can be added up over processes. */
  counts: () => readonly number[];
};

const smallest = 0.05;
const growth = 1.1;
/** Reaches 3 minutes; what is longer counts as that. */
const buckets = 160;

const bucketOf = (ms: number): number =>
  Math.min(buckets - 1, Math.max(0, Math.ceil(Math.log(ms / smallest) / Math.log(growth))));

/** Counts latencies in buckets that grow by 10 %: the memory is the same for ten acknowledgements and ten million. */
export const latencies = (): Latencies => {
  const counts = new Array<number>(buckets).fill(0);
  return {
    add: (ms) => {
      const bucket = bucketOf(ms);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    },
    counts: () => [...counts],
  };
};

/** The latency that the share `q` (0-1] of all did not exceed, to within 10 %. Undefined as long as there is none. */
export const quantileOf = (counts: readonly number[], q: number): number | undefined => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let left = Math.ceil(q * total);
  const bucket = counts.findIndex((count) => (left -= count) <= 0);
  return Number((smallest * growth ** bucket).toPrecision(2));
};

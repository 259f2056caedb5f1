/** DynamoDB leaves some of a batch unprocessed beyond 16 MB too, so a large one takes a few rounds without any throttling. */
export const rounds = 10;
const longestWaitMs = 1_000;

/** How long to wait before the next round, ms. Full jitter: any time up to 25 ms, 50 ms, 100 ms, … 1 s. */
export const backOff = (round: number): number => Math.random() * Math.min(longestWaitMs, 25 * 2 ** round);

/** Items in runs of at most `size`. */
export const batches = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));

import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import { batches } from './batches.ts';

/** DynamoDB leaves some of a batch unprocessed beyond 16 MB too, so a large one takes a few rounds without any throttling. */
const rounds = 10;
const longestWaitMs = 1_000;

/** Full jitter: any time up to 25 ms, 50 ms, 100 ms, … 1 s. */
const backOff = (round: number): Promise<void> =>
  wait(Math.random() * Math.min(longestWaitMs, 25 * 2 ** round));

/**
 * Asks for all items in batches, so many `at once`, and again for what each request resolves to: what was left unprocessed.
 * Throws if some is left after 10 rounds.
 */
export const untilProcessed = async <T>(
  items: readonly T[],
  { size, atOnce, of }: { size: number; atOnce: number; of: string },
  request: (batch: T[]) => Promise<T[]>,
): Promise<void> => {
  await pLimit(atOnce).map(batches(items, size), async (batch) => {
    let left = batch;
    for (let round = 0; round < rounds; round += 1) {
      left = await request(left);
      if (left.length === 0) return;
      await backOff(round);
    }
    throw new Error(`DynamoDB left ${left.length} items of ${of} unprocessed ${rounds} times.`);
  });
};

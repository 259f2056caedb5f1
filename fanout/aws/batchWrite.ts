import type { Dynamo, WriteRequest } from './api/dynamo.ts';
import { untilProcessed } from './untilProcessed.ts';

/**
 * Requests of one call.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 */
const size = 25;
const atOnce = 2;

/**
 * Puts and deletes; no key may come twice. Not one step: where it throws, some are done. Throws if DynamoDB still leaves
 * requests unprocessed after 10 rounds.
 */
export const batchWrite =
  (db: Dynamo, table: string) =>
  (requests: readonly WriteRequest[]): Promise<void> =>
    untilProcessed(requests, { size, atOnce, of: table }, (batch) => db.batchWrite(table, batch));

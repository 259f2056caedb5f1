import { setTimeout as wait } from 'node:timers/promises';
import { BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import { backOff, batches, rounds } from './batches.ts';

type Request =
  { PutRequest: { Item: Record<string, unknown> } } | { DeleteRequest: { Key: Record<string, unknown> } };

/**
 * Requests of one call.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 */
const atOnce = 25;
const callsAtOnce = 2;

/**
 * Puts and deletes; no key may come twice. Not one step: where it throws, some are done. Throws if DynamoDB still leaves
 * requests unprocessed after 10 rounds.
 */
export const batchWrite =
  (db: DynamoDBDocumentClient, table: string) =>
  async (requests: readonly Request[]): Promise<void> => {
    const write = async (batch: Request[]): Promise<void> => {
      let left = batch;
      for (let round = 0; round < rounds; round += 1) {
        const { UnprocessedItems } = await db.send(
          new BatchWriteCommand({ RequestItems: { [table]: left } }),
        );
        left = (UnprocessedItems?.[table] ?? []) as Request[]; // What was sent.
        if (left.length === 0) return;
        await wait(backOff(round));
      }
      throw new Error(`DynamoDB left ${left.length} writes of ${table} unprocessed ${rounds} times.`);
    };
    await pLimit(callsAtOnce).map(batches(requests, atOnce), write);
  };

import { setTimeout as wait } from 'node:timers/promises';
import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import { backOff, batches, rounds } from './batches.ts';

type Item = Record<string, unknown>;

/**
 * Keys of one request.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
const keysAtOnce = 100;
const requestsAtOnce = 4;

/**
 * Reads the items of the keys strongly, in no particular order; a key without an item brings none. No key may come
 * twice. Throws if DynamoDB still leaves keys unprocessed after 10 rounds.
 */
export const batchGet =
  (db: DynamoDBDocumentClient, table: string) =>
  async (keys: readonly Item[]): Promise<Item[]> => {
    const read = async (batch: Item[]): Promise<Item[]> => {
      const items: Item[] = [];
      let left = batch;
      for (let round = 0; round < rounds; round += 1) {
        const { Responses, UnprocessedKeys } = await db.send(
          new BatchGetCommand({ RequestItems: { [table]: { Keys: left, ConsistentRead: true } } }),
        );
        items.push(...(Responses?.[table] ?? []));
        left = UnprocessedKeys?.[table]?.Keys ?? [];
        if (left.length === 0) return items;
        await wait(backOff(round));
      }
      throw new Error(`DynamoDB left ${left.length} keys of ${table} unprocessed ${rounds} times.`);
    };
    return (await pLimit(requestsAtOnce).map(batches(keys, keysAtOnce), read)).flat();
  };

import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { untilProcessed } from './untilProcessed.ts';

type Item = Record<string, unknown>;

/**
 * Keys of one request.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
const size = 100;
const atOnce = 4;

/**
 * Reads the items of the keys strongly, in no particular order; a key without an item brings none. No key may come
 * twice. Throws if DynamoDB still leaves keys unprocessed after 10 rounds.
 */
export const batchGet =
  (db: DynamoDBDocumentClient, table: string) =>
  async (keys: readonly Item[]): Promise<Item[]> => {
    const items: Item[] = [];
    await untilProcessed(keys, { size, atOnce, of: table }, async (batch) => {
      const { Responses, UnprocessedKeys } = await db.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys: batch, ConsistentRead: true } } }),
      );
      items.push(...(Responses?.[table] ?? []));
      return UnprocessedKeys?.[table]?.Keys ?? [];
    });
    return items;
  };

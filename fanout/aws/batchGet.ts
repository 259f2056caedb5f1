import type { Dynamo, Row } from './api/dynamo.ts';
import { untilProcessed } from './untilProcessed.ts';

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
  (db: Dynamo, table: string) =>
  async (keys: readonly Row[]): Promise<Row[]> => {
    const items: Row[] = [];
    await untilProcessed(keys, { size, atOnce, of: table }, async (batch) => {
      const { rows, left } = await db.batchGet(table, batch);
      items.push(...rows);
      return left;
    });
    return items;
  };

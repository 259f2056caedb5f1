import { BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { untilProcessed } from './untilProcessed.ts';

type Request =
  { PutRequest: { Item: Record<string, unknown> } } | { DeleteRequest: { Key: Record<string, unknown> } };

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
  (db: DynamoDBDocumentClient, table: string) =>
  async (requests: readonly Request[]): Promise<void> =>
    untilProcessed(requests, { size, atOnce, of: table }, async (batch) => {
      const { UnprocessedItems } = await db.send(new BatchWriteCommand({ RequestItems: { [table]: batch } }));
      return (UnprocessedItems?.[table] ?? []) as Request[]; // What was sent.
    });

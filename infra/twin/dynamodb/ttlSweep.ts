import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  ScanCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';

export type ExpiringTable = { name: string; keys: readonly string[]; ttlAttribute: string };

type Item = Record<string, AttributeValue>;

/** An item that expired longer ago than this is left alone (DynamoDB guide, "Using time to live"). */
const forgottenAfterSeconds = 5 * 365 * 24 * 3600;

/**
 * Deletes the items of one table whose TTL attribute, a Number of epoch seconds, lies before `nowSeconds`. Attributes
 * of another type never count. Goes page by page; returns how many items went.
 */
export const sweepExpired = async (
  client: DynamoDBClient,
  table: ExpiringTable,
  nowSeconds: number,
): Promise<number> => {
  let deleted = 0;
  let start: Item | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ ...expiredOf(table, nowSeconds), ExclusiveStartKey: start }),
    );
    const gone = await Promise.all(
      (page.Items ?? []).map((key) => deleteExpired(client, table, key, nowSeconds)),
    );
    deleted += gone.filter(Boolean).length;
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return deleted;
};

/** Items a page: deletes of one page go out together, so this also bounds what they add to the twin's load. */
const pageSize = 100;

const expiredOf = ({ name, keys, ttlAttribute }: ExpiringTable, nowSeconds: number) => ({
  TableName: name,
  Limit: pageSize,
  FilterExpression: 'attribute_type(#ttl, :number) AND #ttl <= :now AND #ttl > :forgotten',
  ProjectionExpression: keys.map((_, n) => `#k${n}`).join(', '),
  ExpressionAttributeNames: {
    '#ttl': ttlAttribute,
    ...Object.fromEntries(keys.map((key, n) => [`#k${n}`, key])),
  },
  ExpressionAttributeValues: {
    ':number': { S: 'N' },
    ':now': { N: String(nowSeconds) },
    ':forgotten': { N: String(nowSeconds - forgottenAfterSeconds) },
  },
});

/** False when the item was renewed, or deleted by somebody else, since it was read. */
const deleteExpired = async (
  client: DynamoDBClient,
  { name, ttlAttribute }: ExpiringTable,
  key: Item,
  nowSeconds: number,
): Promise<boolean> => {
  try {
    await client.send(
      new DeleteItemCommand({
        TableName: name,
        Key: key,
        ConditionExpression: '#ttl <= :now',
        ExpressionAttributeNames: { '#ttl': ttlAttribute },
        ExpressionAttributeValues: { ':now': { N: String(nowSeconds) } },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};

import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import type { Claim, Connection, Connections, SubscriptionKey } from '../ports.ts';
import type { TargetKey } from '../target.ts';
import { ttlOf } from './ttl.ts';

/** A row of the Connections table. */
type Row = Connection & { readonly targets: Readonly<Record<string, TargetKey>>; readonly expiresAt: number };

const connectionOf = ({ targets: _, expiresAt: __, ...connection }: Row): Connection => connection;

const keysOf = ({ connectionId, targets }: Row): SubscriptionKey[] =>
  Object.entries(targets).map(([id, target]) => ({ target, connectionId, id }));

/** A write whose condition did not hold is an answer, not an outage. */
const unlessConditionFails = async <T>(write: Promise<T>): Promise<T | undefined> => {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
};

/** Connections in DynamoDB. The row holds its subscriptions' ids and targets in a map, so that the cap is one condition. */
export const dynamoConnections = (db: DynamoDBDocumentClient, table: string): Connections => {
  const rowOf = async (connectionId: string): Promise<Row | undefined> => {
    const { Item } = await db.send(
      new GetCommand({ TableName: table, Key: { connectionId }, ConsistentRead: true }),
    );
    return Item as Row | undefined; // Only this module writes the table.
  };

  const whyNot = async ({ connectionId, id }: SubscriptionKey): Promise<Claim> => {
    const row = await rowOf(connectionId);
    if (row === undefined) return { outcome: 'unknown' };
    return { outcome: Object.hasOwn(row.targets, id) ? 'taken' : 'full' };
  };

  return {
    open: async (connection) => {
      const row: Row = { ...connection, targets: {}, expiresAt: ttlOf(connection) };
      await db.send(new PutCommand({ TableName: table, Item: row }));
    },

    claim: async (key, cap) => {
      const updated = await unlessConditionFails(
        db.send(
          new UpdateCommand({
            TableName: table,
            Key: { connectionId: key.connectionId },
            UpdateExpression: 'SET targets.#id = :target',
            ConditionExpression:
              'targets.#id = :target OR (attribute_not_exists(targets.#id) AND size(targets) < :cap)',
            ExpressionAttributeNames: { '#id': key.id },
            ExpressionAttributeValues: { ':target': key.target, ':cap': cap },
            ReturnValues: 'ALL_NEW',
          }),
        ),
      );
      if (updated === undefined) return whyNot(key);
      return { outcome: 'claimed', connection: connectionOf(updated.Attributes as Row) };
    },

    release: async (connectionId, id) => {
      await unlessConditionFails(
        db.send(
          new UpdateCommand({
            TableName: table,
            Key: { connectionId },
            UpdateExpression: 'REMOVE targets.#id',
            ConditionExpression: 'attribute_exists(connectionId)',
            ExpressionAttributeNames: { '#id': id },
          }),
        ),
      );
    },

    find: async (connectionId) => {
      const row = await rowOf(connectionId);
      return row && { connection: connectionOf(row), subscriptions: keysOf(row) };
    },

    close: async (connectionId) => {
      const { Attributes } = await db.send(
        new DeleteCommand({ TableName: table, Key: { connectionId }, ReturnValues: 'ALL_OLD' }),
      );
      return Attributes === undefined ? [] : keysOf(Attributes as Row);
    },
  };
};

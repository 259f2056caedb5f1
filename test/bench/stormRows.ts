import { DynamoDBClient, paginateListTables } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan, QueryCommand } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import { batchWrite } from '../../fanout/aws/batchWrite.ts';
import { dynamoConnections } from '../../fanout/aws/connections.ts';
import { sdkDynamo } from '../../fanout/aws/sdkDynamo.testing.ts';
import { subscriptionRowOf } from '../../fanout/aws/subscriptions.ts';
import type { Connection } from '../../fanout/ports.ts';
import { deadAgeMs, deadPrefix, region } from './stormScene.ts';

const target = `region#${region}` as const;
const atOnce = 16;

/** The twin's tables, by their endpoint: whose connections and subscriptions are there. */
export const openRows = async (endpoint: string) => {
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'twin', secretAccessKey: 'twin' },
  });
  const names: string[] = [];
  for await (const { TableNames = [] } of paginateListTables({ client }, {})) names.push(...TableNames);
  const tableOf = (word: string): string => names.find((name) => name.includes(word)) ?? word;
  const db = DynamoDBDocumentClient.from(client);
  const tables = { connections: tableOf('Connections'), subscriptions: tableOf('Subscriptions') };
  const rows = sdkDynamo(client);
  const connections = dynamoConnections(rows, tables.connections);

  const connectionOf = (connectionId: string): Connection => ({
    connectionId,
    principal: connectionId,
    grants: ['*'],
    connectedAt: Date.now() - deadAgeMs,
    tokenExpiresAt: Date.now() + 60 * 60_000,
  });
  const keyOf = (connectionId: string) => ({ target, connectionId, id: 's1' });

  return {
    /** Writes connections, each with its subscription, as if they had been opened a minute ago. */
    writeConnections: async (ids: readonly string[]): Promise<void> => {
      await pLimit(atOnce).map([...ids], async (connectionId) => {
        await connections.open(connectionOf(connectionId));
        await connections.claim(keyOf(connectionId), 1);
      });
    },

    /** Writes their subscriptions' rows, by which they are delivered to. */
    writeSubscriptions: (ids: readonly string[]): Promise<void> =>
      batchWrite(
        rows,
        tables.subscriptions,
      )(
        ids.map((connectionId) => ({
          PutRequest: { Item: subscriptionRowOf({ ...connectionOf(connectionId), ...keyOf(connectionId) }) },
        })),
      ),

    /** Whether a dead connection's subscription is still there. Reads one row. */
    isDeadSubscribed: async (): Promise<boolean> => {
      const { Count = 0 } = await db.send(
        new QueryCommand({
          TableName: tables.subscriptions,
          ConsistentRead: true,
          KeyConditionExpression: '#target = :target AND begins_with(subscriber, :dead)',
          ExpressionAttributeNames: { '#target': 'target' },
          ExpressionAttributeValues: { ':target': target, ':dead': deadPrefix },
          Limit: 1,
        }),
      );
      return Count > 0;
    },

    /** How many dead connections have a row. Reads the table. */
    deadConnections: async (): Promise<number> => {
      let count = 0;
      const pages = paginateScan(
        { client: db },
        {
          TableName: tables.connections,
          FilterExpression: 'begins_with(connectionId, :dead)',
          ExpressionAttributeValues: { ':dead': deadPrefix },
          Select: 'COUNT',
        },
      );
      for await (const { Count = 0 } of pages) count += Count;
      return count;
    },

    close: () => client.destroy(),
  };
};

export type Rows = Awaited<ReturnType<typeof openRows>>;

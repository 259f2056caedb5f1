import { DynamoDBClient, paginateListTables } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan, QueryCommand } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import { dynamoConnections } from '../../fanout/aws/connections.ts';
import { sdkDynamo } from '../../fanout/aws/sdkDynamo.testing.ts';
import { dynamoSubscriptions } from '../../fanout/aws/subscriptions.ts';
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
  const connections = dynamoConnections(sdkDynamo(client), tables.connections);
  const subscriptions = dynamoSubscriptions(sdkDynamo(client), tables.subscriptions);

  const write = async (connectionId: string): Promise<void> => {
    const now = Date.now();
    const connection: Connection = {
      connectionId,
      principal: connectionId,
      grants: ['*'],
      connectedAt: now - deadAgeMs,
      tokenExpiresAt: now + 60 * 60_000,
    };
    const subscription = { target, connectionId, id: 's1' };
    await connections.open(connection);
    await connections.claim(subscription, 1);
    await subscriptions.put({ ...subscription, ...connection });
  };

  return {
    /** Writes connections, each with its subscription, as if they had been opened a minute ago. */
    writeDead: async (ids: readonly string[]): Promise<void> => {
      await pLimit(atOnce).map([...ids], write);
    },

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

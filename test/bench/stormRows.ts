import { DynamoDBClient, paginateListTables } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan, QueryCommand } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import { batchWrite } from '../../fanout/aws/batchWrite.ts';
import { dynamoConnections } from '../../fanout/aws/connections.ts';
import { sdkDynamo } from '../../fanout/aws/sdkDynamo.testing.ts';
import { subscriptionRowOf } from '../../fanout/aws/subscriptions.ts';
import type { Connection } from '../../fanout/ports.ts';
import { deadPrefix, region } from './stormScene.ts';

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

  const keyOf = ({ connectionId }: Connection) => ({ target, connectionId, id: 's1' });
  const put = (dead: Connection) => ({
    PutRequest: { Item: subscriptionRowOf({ ...dead, ...keyOf(dead) }) },
  });

  return {
    /** Writes connections, each of which claims its subscription. */
    writeConnections: async (dead: readonly Connection[]): Promise<void> => {
      await pLimit(atOnce).map([...dead], async (connection) => {
        await connections.open(connection);
        await connections.claim(keyOf(connection), 1);
      });
    },

    /** Writes their subscriptions' rows, by which they are delivered to. */
    writeSubscriptions: (dead: readonly Connection[]): Promise<void> =>
      batchWrite(rows, tables.subscriptions)(dead.map(put)),

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

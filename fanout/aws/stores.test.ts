import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { afterAll, beforeAll } from 'vitest';
import { describeStores } from '../stores.contract.ts';
import { dynamoConnections } from './connections.ts';
import { connectionsKey, subscriptionsKey } from './keys.ts';
import { dynamoSubscriptions } from './subscriptions.ts';

const server = dynalite({ createTableMs: 0 });
let db: DynamoDBDocumentClient;
let tables = 0;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  db = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    }),
  );
});

afterAll(() => {
  db.destroy();
  server.close();
});

/** A table of its own for every test, so that none sees another's rows. */
const createTable = async (key: { partition: string; sort?: string }): Promise<string> => {
  const TableName = `table-${tables++}`;
  const attributes = Object.values(key);
  await db.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: attributes.map((AttributeName, n) => ({
        AttributeName,
        KeyType: n === 0 ? 'HASH' : 'RANGE',
      })),
    }),
  );
  return TableName;
};

describeStores('DynamoDB (dynalite)', async () => ({
  connections: dynamoConnections(db, await createTable(connectionsKey)),
  subscriptions: dynamoSubscriptions(db, await createTable(subscriptionsKey)),
}));

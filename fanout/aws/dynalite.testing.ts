import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  DynamoDBClient,
  waitUntilTableExists,
  type CreateTableCommandInput,
  type GlobalSecondaryIndex,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { afterAll, beforeAll } from 'vitest';
import { dynamo, type Dynamo } from './api/dynamo.ts';
import { jsonApi } from './api/jsonApi.ts';
import type { byPrincipal } from './keys.ts';

type Key = { readonly partition: string; readonly sort?: string };

const schemaOf = ({ partition, sort }: Key): CreateTableCommandInput['KeySchema'] => [
  { AttributeName: partition, KeyType: 'HASH' },
  ...(sort === undefined ? [] : [{ AttributeName: sort, KeyType: 'RANGE' as const }]),
];

const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });

/** What makes the index of the Connections table, beside its key. */
const indexOf = (index: typeof byPrincipal) => ({
  GlobalSecondaryIndexes: [
    { IndexName: index.name, KeySchema: schemaOf(index), Projection: { ProjectionType: 'KEYS_ONLY' } },
  ] satisfies GlobalSecondaryIndex[],
  AttributeDefinitions: [text(index.partition), { AttributeName: index.sort, AttributeType: 'N' as const }],
});

export type Dynalite = {
  /** There once the tests run. */
  readonly db: Dynamo;
  /** The SDK's client of it. */
  readonly sdk: DynamoDBClient;
  /** A new table, so that no test sees another's rows. */
  readonly createTable: (key: Key, index?: typeof byPrincipal) => Promise<string>;
};

/** A DynamoDB for the tests of this file. */
export const dynaliteForTests = (): Dynalite => {
  const server = dynalite({ createTableMs: 0 });
  let db: Dynamo;
  let sdk: DynamoDBClient;
  let tables = 0;

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const endpoint = `http://127.0.0.1:${port}`;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const region = 'us-east-1';
    sdk = new DynamoDBClient({ endpoint, region, credentials });
    db = dynamo(
      jsonApi({
        ...{ service: 'dynamodb', target: 'DynamoDB_20120810', attempts: 4, pauseMs: 25 },
        ...{ endpoint, region, credentials: () => credentials },
      }),
    );
  });

  afterAll(() => {
    sdk.destroy();
    server.close();
  });

  return {
    get db() {
      return db;
    },
    get sdk() {
      return sdk;
    },
    createTable: async (key, index) => {
      const TableName = `table-${tables++}`;
      const indexed = index && indexOf(index);
      await sdk.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: schemaOf(key),
          ...indexed,
          AttributeDefinitions: [
            ...[key.partition, key.sort ?? []].flat().map(text),
            ...(indexed?.AttributeDefinitions ?? []),
          ],
        }),
      );
      // It is CREATING for a moment, and until then nothing can be written into it.
      await waitUntilTableExists(
        { client: sdk, maxWaitTime: 10, minDelay: 0.01, maxDelay: 0.02 },
        { TableName },
      );
      return TableName;
    },
  };
};

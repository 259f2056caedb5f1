import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { scaledClock } from '../clock.ts';
import type { Resource } from '../resource.ts';
import { startTables, type Tables, type TablesOptions } from './startTables.ts';

/** Scaffolding of this folder's tests: the beds of a greenhouse, found by house and position or by gardener. */
export const beds: Resource = {
  logicalId: 'Beds',
  type: 'AWS::DynamoDB::Table',
  ref: 'Beds-1',
  properties: {
    KeySchema: [
      { AttributeName: 'house', KeyType: 'HASH' },
      { AttributeName: 'bed', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: ['house', 'bed', 'gardener'].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byGardener',
        KeySchema: [{ AttributeName: 'gardener', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['crop'] },
      },
    ],
  },
};
/** A table without an index. */
export const seeds: Resource = {
  ...beds,
  ref: 'Seeds-1',
  properties: {
    KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'name', AttributeType: 'S' }],
  },
};

const cleanUps: (() => Promise<void>)[] = [];

/** For `afterEach`. */
export const stopAll = async (): Promise<void> => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
};

/** A client tries once only, so that a test sees each answer. */
export const startBeds = async (
  options: Partial<TablesOptions> = {},
): Promise<{ tables: Tables; client: DynamoDBClient }> => {
  const tables = await startTables({
    resources: [beds, seeds],
    host: '127.0.0.1',
    port: 0,
    clock: scaledClock(),
    report: () => undefined,
    ...options,
  });
  const client = new DynamoDBClient({
    endpoint: tables.endpoint,
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'ASIAGARDENER', secretAccessKey: 's' },
  });
  cleanUps.push(async () => {
    client.destroy();
    await tables.close();
  });
  return { tables, client };
};

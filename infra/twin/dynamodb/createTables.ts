import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBServiceException,
  ResourceNotFoundException,
  waitUntilTableExists,
  type CreateTableCommandInput,
  type DynamoDBClient,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { TwinError } from '../twinError.ts';

/**
 * Makes sure that the table exists as defined and is ACTIVE. A table kept from an earlier start stays with its items;
 * one with other keys or indexes is a TwinError `table_differs`, because it cannot be changed in place. What the store
 * refuses is a TwinError `bad_table`.
 */
export const ensureTable = async (
  client: DynamoDBClient,
  table: CreateTableCommandInput,
  folder: string | undefined,
): Promise<void> => {
  try {
    const existing = await describe(client, table.TableName ?? '');
    if (existing === undefined) await client.send(new CreateTableCommand(table));
    else refuseOther(existing, table, folder);
    await untilActive(client, table.TableName);
  } catch (error) {
    throw error instanceof DynamoDBServiceException ? badTable(table, error) : error;
  }
};

const refuseOther = (
  existing: TableDescription,
  table: CreateTableCommandInput,
  folder: string | undefined,
): void => {
  if (shapeOf(existing) === shapeOf(table)) return;
  throw new TwinError(
    'table_differs',
    `Table ${table.TableName ?? ''} in ${folder ?? 'the store'} has other keys or indexes than the template; use another folder.`,
  );
};

const untilActive = async (client: DynamoDBClient, name: string | undefined): Promise<void> => {
  await waitUntilTableExists(
    { client, maxWaitTime: 10, minDelay: 0.02, maxDelay: 0.05 },
    { TableName: name },
  );
};

const badTable = ({ TableName }: CreateTableCommandInput, { message }: DynamoDBServiceException): TwinError =>
  new TwinError('bad_table', `Table ${TableName ?? ''} cannot be created: ${message}`);

const describe = async (client: DynamoDBClient, name: string): Promise<TableDescription | undefined> => {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};

/** What cannot change: keys, their types, and the indexes, in one comparable text. */
const shapeOf = (table: CreateTableCommandInput | TableDescription): string => {
  const types = new Map(
    table.AttributeDefinitions?.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]),
  );
  const keyOf = (keys: TableDescription['KeySchema']) =>
    keys?.map(
      ({ AttributeName, KeyType }) =>
        `${KeyType ?? ''} ${AttributeName ?? ''} ${types.get(AttributeName) ?? ''}`,
    );
  const indexes = [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])].map(
    (index) => [
      index.IndexName,
      keyOf(index.KeySchema),
      index.Projection?.ProjectionType ?? 'ALL',
      index.Projection?.NonKeyAttributes?.toSorted(),
    ],
  );
  return JSON.stringify([
    keyOf(table.KeySchema),
    indexes.toSorted((a, b) => String(a).localeCompare(String(b))),
  ]);
};

import { randomUUID } from 'node:crypto';
import {
  BatchWriteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Check, Observation } from '../check.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';
import { outcomeOf } from './outcome.ts';

const check = (
  name: string,
  source: string,
  expected: Observation,
  observe: (world: World) => Promise<Observation>,
): Check => ({ name: `table: ${name}`, source, observe, expected });

const item = (id: string = randomUUID(), more: Record<string, { S: string }> = {}) => ({
  id: { S: id },
  ...more,
});

const byKind = (kind: string) => ({
  IndexName: 'byKind',
  KeyConditionExpression: 'kind = :kind',
  ExpressionAttributeValues: { ':kind': { S: kind } },
});

const constraints = 'DynamoDB guide, "Quotas"';

export const tables: readonly Check[] = [
  check(
    'a put whose condition fails',
    'DynamoDB guide, "Condition expressions"',
    [200, [400, 'ConditionalCheckFailedException']],
    async ({ dynamodb, tableName: TableName }) => {
      const put = { TableName, Item: item(), ConditionExpression: 'attribute_not_exists(id)' };
      return [
        await outcomeOf(dynamodb.send(new PutItemCommand(put))),
        await outcomeOf(dynamodb.send(new PutItemCommand(put))),
      ];
    },
  ),
  check(
    'an item over 400 KB is refused',
    constraints,
    [400, 'ValidationException'],
    ({ dynamodb, tableName: TableName }) =>
      outcomeOf(
        dynamodb.send(
          new PutItemCommand({ TableName, Item: item(undefined, { text: { S: 'x'.repeat(410_000) } }) }),
        ),
      ),
  ),
  check(
    'a batch of 26 writes is refused',
    constraints,
    [400, 'ValidationException'],
    ({ dynamodb, tableName }) => {
      const writes = Array.from({ length: 26 }, () => ({ PutRequest: { Item: item() } }));
      return outcomeOf(dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: writes } })));
    },
  ),
  check(
    'an index is not read consistently',
    'DynamoDB guide, "Read consistency"',
    [400, 'ValidationException'],
    ({ dynamodb, tableName: TableName }) =>
      outcomeOf(dynamodb.send(new QueryCommand({ TableName, ConsistentRead: true, ...byKind('none') }))),
  ),
  check('an index has what was put', 'DynamoDB guide, "Global secondary indexes"', 1, async (world) => {
    const { dynamodb, tableName: TableName } = world;
    const kind = randomUUID();
    await dynamodb.send(new PutItemCommand({ TableName, Item: item(undefined, { kind: { S: kind } }) }));
    return until(world, async () => {
      const { Count = 0 } = await dynamodb.send(new QueryCommand({ TableName, ...byKind(kind) }));
      return Count > 0 ? Count : undefined;
    });
  }),
  check(
    'an update makes the item it does not find',
    'DynamoDB API reference, UpdateItem',
    '7',
    async ({ dynamodb, tableName: TableName }) => {
      const Key = item();
      await dynamodb.send(
        new UpdateItemCommand({
          TableName,
          Key,
          UpdateExpression: 'ADD n :seven',
          ExpressionAttributeValues: { ':seven': { N: '7' } },
        }),
      );
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
      return Item?.['n']?.N ?? null;
    },
  ),
];

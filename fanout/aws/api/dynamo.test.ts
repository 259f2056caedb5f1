import { describe, expect, it } from 'vitest';
import { dynaliteForTests } from '../dynalite.testing.ts';
import { sdkDynamo } from '../sdkDynamo.testing.ts';
import { describeDynamo } from './dynamo.contract.ts';
import { dynamo } from './dynamo.ts';

const dynalite = dynaliteForTests();
const createTable = () => dynalite.createTable({ partition: 'p', sort: 's' });

describe('by its JSON API', () => {
  describeDynamo(async () => ({ db: dynalite.db, table: await createTable() }));
});

describe('by the SDK', () => {
  describeDynamo(async () => ({ db: sdkDynamo(dynalite.sdk), table: await createTable() }));
});

it('what a batch has not done comes back as it was asked for', async () => {
  const requests = [{ PutRequest: { Item: { p: 'a', n: 1 } } }, { DeleteRequest: { Key: { p: 'b' } } }];
  const overloaded = dynamo(async (action, input) => {
    const { RequestItems } = input as { RequestItems: Record<string, unknown> };
    if (action === 'BatchWriteItem') return { UnprocessedItems: RequestItems };
    return { Responses: { t: [] }, UnprocessedKeys: RequestItems };
  });
  expect(await overloaded.batchWrite('t', requests)).toEqual(requests);
  expect(await overloaded.batchGet('t', [{ p: 'a' }])).toEqual({ rows: [], left: [{ p: 'a' }] });
});

import { describe, expect, it } from 'vitest';
import type { Call } from './call.ts';
import { readCall } from './call.ts';
import { leadingKeys } from './leadingKeys.ts';
import { permissionsNeeded } from './permissionsNeeded.ts';

const call = (operation: string, input: object): Call => {
  const read = readCall({
    method: 'POST',
    url: '/',
    headers: { 'x-amz-target': `DynamoDB_20120810.${operation}` },
    body: JSON.stringify(input),
  });
  if (read === undefined) throw new Error(`${operation} is not read`);
  return read;
};

const id = (S: string) => ({ id: { S } });

describe('what a request needs', () => {
  it.each<[operation: string, input: object, needed: object[]]>([
    ['GetItem', { TableName: 'A' }, [{ action: 'dynamodb:GetItem', table: 'A' }]],
    ['Query', { TableName: 'A', IndexName: 'i' }, [{ action: 'dynamodb:Query', table: 'A', index: 'i' }]],
    ['Scan', { TableName: 'A', IndexName: 'i' }, [{ action: 'dynamodb:Scan', table: 'A', index: 'i' }]],
    [
      'BatchWriteItem',
      { RequestItems: { A: [], B: [] } },
      [
        { action: 'dynamodb:BatchWriteItem', table: 'A' },
        { action: 'dynamodb:BatchWriteItem', table: 'B' },
      ],
    ],
    [
      'TransactWriteItems',
      {
        TransactItems: [
          { Put: { TableName: 'A' } },
          { Update: { TableName: 'A' } },
          { Delete: { TableName: 'B' } },
          { ConditionCheck: { TableName: 'C' } },
        ],
      },
      [
        { action: 'dynamodb:PutItem', table: 'A' },
        { action: 'dynamodb:UpdateItem', table: 'A' },
        { action: 'dynamodb:DeleteItem', table: 'B' },
        { action: 'dynamodb:ConditionCheckItem', table: 'C' },
      ],
    ],
    [
      'TransactGetItems',
      { TransactItems: [{ Get: { TableName: 'A' } }] },
      [{ action: 'dynamodb:GetItem', table: 'A' }],
    ],
    ['ListTables', {}, []],
  ])('%s %j', (operation, input, needed) => {
    expect(permissionsNeeded(call(operation, input))).toEqual(needed);
  });
});

describe('the leading keys of a request', () => {
  const keys = { partition: 'id', ofIndex: new Map([['byHouse', 'house']]) };
  const values = { ExpressionAttributeValues: { ':k': { S: 'a' }, ':r': { N: '1' } } };
  it.each<[operation: string, input: object, found: string[] | undefined]>([
    ['GetItem', { Key: id('a') }, ['a']],
    ['PutItem', { Item: { ...id('a'), more: { S: 'x' } } }, ['a']],
    [
      'BatchGetItem',
      { RequestItems: { A: { Keys: [id('a'), id('b')] }, B: { Keys: [id('c')] } } },
      ['a', 'b'],
    ],
    [
      'BatchWriteItem',
      { RequestItems: { A: [{ PutRequest: { Item: id('a') } }, { DeleteRequest: { Key: id('b') } }] } },
      ['a', 'b'],
    ],
    ['Query', { KeyConditionExpression: 'id = :k AND at > :r', ...values }, ['a']],
    [
      'Query',
      { KeyConditionExpression: '#k=:k', ExpressionAttributeNames: { '#k': 'id' }, ...values },
      ['a'],
    ],
    ['Query', { IndexName: 'byHouse', KeyConditionExpression: 'house = :k', ...values }, ['a']],
    [
      'Query',
      { KeyConditions: { id: { AttributeValueList: [{ S: 'a' }], ComparisonOperator: 'EQ' } } },
      ['a'],
    ],
    ['Scan', {}, undefined],
  ])('%s %j', (operation, input, found) => {
    expect(leadingKeys(call(operation, { TableName: 'A', ...input }), 'A', keys)).toEqual(found);
  });
});

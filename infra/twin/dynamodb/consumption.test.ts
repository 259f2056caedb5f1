import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { createMeter } from '../meter.ts';
import { itemSize } from './itemSize.ts';
import { startBeds, stopAll } from './tables.testing.ts';

afterEach(stopAll);

type Item = Record<string, AttributeValue>;
type Command =
  | PutItemCommand
  | GetItemCommand
  | UpdateItemCommand
  | DeleteItemCommand
  | QueryCommand
  | ScanCommand
  | BatchGetItemCommand
  | BatchWriteItemCommand;

const TableName = 'Seeds-1';
const kale = { name: { S: 'kale' } };
/** An item of so many bytes exactly: `name` + `kale` + `note` are 12. */
const seed = (bytes: number): Item => ({ ...kale, note: { S: 'x'.repeat(bytes - 12) } });
const put = (bytes: number) => new PutItemCommand({ TableName, Item: seed(bytes) });
const get = (ConsistentRead: boolean) => new GetItemCommand({ TableName, Key: kale, ConsistentRead });
const query = (ConsistentRead: boolean, name = 'kale') =>
  new QueryCommand({
    TableName,
    ConsistentRead,
    KeyConditionExpression: '#n = :n',
    ExpressionAttributeNames: { '#n': 'name' },
    ExpressionAttributeValues: { ':n': { S: name } },
  });
const missing = { ConditionExpression: 'attribute_not_exists(note)' };

/** What the last of the commands consumed; one that is refused is consumption too. */
const consumed = async (...commands: Command[]) => {
  const meter = createMeter();
  const { client } = await startBeds({ meter });
  // A cast, since the overloads of `send` take no union.
  const send = (command: Command) => client.send(command as PutItemCommand).catch(() => undefined);
  for (const command of commands.slice(0, -1)) await send(command);
  const before = meter.read();
  await send(commands.at(-1) as Command); // There is one.
  const after = meter.read();
  const change = (measure: 'dynamodb.read-units' | 'dynamodb.write-units', table: string) =>
    (after[measure]?.[table] ?? 0) - (before[measure]?.[table] ?? 0);
  return {
    seeds: [change('dynamodb.read-units', 'Seeds-1'), change('dynamodb.write-units', 'Seeds-1')],
    beds: [change('dynamodb.read-units', 'Beds-1'), change('dynamodb.write-units', 'Beds-1')],
  };
};

describe('read units', () => {
  const cases: [what: string, units: number, ...commands: Command[]][] = [
    ['4 KB read strongly', 1, put(4096), get(true)],
    ['4 KB and a byte read strongly', 2, put(4097), get(true)],
    ['4 KB read eventually', 0.5, put(4096), get(false)],
    ['4 KB and a byte read eventually', 1, put(4097), get(false)],
    ['an item that is not there', 0.5, get(false)],
    ['a query of 4 KB and a byte, strongly', 2, put(4097), query(true)],
    ['a query that finds nothing', 0.5, query(false, 'rue')],
    ['a query that finds nothing, strongly', 1, query(true, 'rue')],
    ['a scan', 1, put(5000), new ScanCommand({ TableName })],
    [
      'two items of a batch, each rounded up',
      1.5,
      put(4097),
      new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [kale, { name: { S: 'rue' } }] } } }),
    ],
    ['what a filter drops', 0.5, put(100), new ScanCommand({ TableName, ...filter() })],
  ];
  it.each(cases)('%s: %d', async (_what, units, ...commands) => {
    expect(await consumed(...commands)).toEqual({ seeds: [units, 0], beds: [0, 0] });
  });
});

function filter() {
  return { FilterExpression: 'note = :n', ExpressionAttributeValues: { ':n': { S: 'none' } } };
}

describe('write units', () => {
  const update = new UpdateItemCommand({
    TableName,
    Key: kale,
    UpdateExpression: 'SET grams = :g',
    ExpressionAttributeValues: { ':g': { N: '12' } },
  });
  const failing = new PutItemCommand({ TableName, Item: seed(5000), ...missing });
  const remove = new DeleteItemCommand({ TableName, Key: kale });
  const batch = new BatchWriteItemCommand({
    RequestItems: {
      [TableName]: [{ PutRequest: { Item: seed(1500) } }, { DeleteRequest: { Key: { name: { S: 'rue' } } } }],
    },
  });
  const cases: [what: string, units: number, ...commands: Command[]][] = [
    ['1 KB', 1, put(1024)],
    ['1 KB and a byte', 2, put(1025)],
    ['a small item over one of 3 KB', 3, put(3000), put(100)],
    ['an update, by the whole item', 3, put(3000), update],
    ['a delete, by what is deleted', 3, put(3000), remove],
    ['a delete of nothing', 1, remove],
    ['a condition that fails, by the item that is there', 2, put(2000), failing],
    ['a condition that fails where nothing is', 1, remove, conditional()],
    ['a batch, item by item', 3, batch],
    ['a request that is refused otherwise', 0, new PutItemCommand({ TableName, Item: { no: { S: 'key' } } })],
  ];
  it.each(cases)('%s: %d', async (_what, units, ...commands) => {
    expect(await consumed(...commands)).toEqual({ seeds: [0, units], beds: [0, 0] });
  });

  function conditional() {
    return new DeleteItemCommand({ TableName, Key: kale, ConditionExpression: 'attribute_exists(note)' });
  }
});

describe('write units of a table with an index', () => {
  const Key = { house: { S: 'north' }, bed: { S: '1' } };
  const bed = (rest: Item) => ({ TableName: 'Beds-1', Item: { ...Key, ...rest } });
  const plant = (rest: Item) => new PutItemCommand(bed(rest));
  const ann = { gardener: { S: 'ann' } };
  const change = (UpdateExpression: string, value: string) =>
    new UpdateItemCommand({
      TableName: 'Beds-1',
      Key,
      UpdateExpression,
      ExpressionAttributeValues: { ':v': { S: value } },
    });
  const note = { S: 'x'.repeat(2000) };
  const cases: [what: string, units: number, ...commands: Command[]][] = [
    ['an item without the key of the index', 1, plant({})],
    ['an item that enters it', 2, plant(ann)],
    ['the same item again', 1, plant(ann), plant(ann)],
    ['a key of the index that changes', 3, plant(ann), change('SET gardener = :v', 'bob')],
    ['an attribute that it copies', 2, plant(ann), change('SET crop = :v', 'kale')],
    ['an attribute that it does not copy', 1, plant(ann), change('SET water = :v', 'much')],
    ['an item that leaves it', 2, plant(ann), plant({})],
    ['a delete', 2, plant(ann), new DeleteItemCommand({ TableName: 'Beds-1', Key })],
    ['what the index copies of a larger item', 3, plant({ ...ann, note })],
    [
      'a batch',
      2,
      new BatchWriteItemCommand({ RequestItems: { 'Beds-1': [{ PutRequest: { Item: bed(ann).Item } }] } }),
    ],
  ];
  it.each(cases)('%s: %d', async (_what, units, ...commands) => {
    expect(await consumed(...commands)).toEqual({ seeds: [0, 0], beds: [0, units] });
  });

  it('its queries count by what it copies', async () => {
    const byGardener = new QueryCommand({
      TableName: 'Beds-1',
      IndexName: 'byGardener',
      KeyConditionExpression: 'gardener = :g',
      ExpressionAttributeValues: { ':g': { S: 'ann' } },
    });
    const large = { ...ann, note: { S: 'x'.repeat(9000) } };
    expect((await consumed(plant(large), byGardener)).beds).toEqual([0.5, 0]);
  });
});

it('a sweep of the twin costs nothing', async () => {
  const meter = createMeter();
  const { tables } = await startBeds({ meter });
  await tables.sweep();
  expect(meter.read()).toEqual({});
});

it('tells a client that asks what it consumed, as ever', async () => {
  const { client } = await startBeds({ meter: createMeter() });
  const asking = (ReturnConsumedCapacity: 'TOTAL' | 'INDEXES') =>
    client.send(new PutItemCommand({ TableName, Item: seed(2000), ReturnConsumedCapacity }));
  expect((await asking('TOTAL')).ConsumedCapacity).toEqual({ TableName, CapacityUnits: 2 });
  expect((await asking('INDEXES')).ConsumedCapacity).toMatchObject({ Table: { CapacityUnits: 2 } });
});

it.each<[AttributeValue, number]>([
  [{ S: 'kalé' }, 5],
  [{ N: '12.5' }, 3],
  [{ N: '-1200' }, 3],
  [{ N: '0' }, 1],
  [{ BOOL: true }, 1],
  [{ NULL: true }, 1],
  [{ SS: ['a', 'bc'] }, 3],
  [{ L: [{ S: 'ab' }, { NULL: true }] }, 8],
  [{ M: { a: { S: 'b' } } }, 6],
])('%j takes %d bytes', (value, bytes) => {
  expect(itemSize({ v: value })).toBe(1 + bytes);
});

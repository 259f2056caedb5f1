import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { afterEach, expect, it } from 'vitest';
import { scaledClock } from '../clock.ts';
import type { Resource } from '../resource.ts';
import { startTables, type Tables, type TablesOptions } from './startTables.ts';
import { sweepEveryMs } from './ttlSweeper.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const sessions = (properties: Record<string, unknown> = {}): Resource => ({
  logicalId: 'Sessions',
  type: 'AWS::DynamoDB::GlobalTable',
  ref: 'Sessions-1',
  properties: {
    KeySchema: [
      { AttributeName: 'user', KeyType: 'HASH' },
      { AttributeName: 'at', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'user', AttributeType: 'S' },
      { AttributeName: 'at', AttributeType: 'N' },
      { AttributeName: 'city', AttributeType: 'S' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byCity',
        KeySchema: [{ AttributeName: 'city', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
    BillingMode: 'PAY_PER_REQUEST',
    TimeToLiveSpecification: { AttributeName: 'until', Enabled: true },
    Replicas: [{ Region: 'eu-west-1', PointInTimeRecoverySpecification: {}, Tags: [] }],
    ...properties,
  },
});

const start = async (resources: Resource[], options: Partial<TablesOptions> = {}) => {
  const reports: string[] = [];
  const tables = await startTables({
    resources,
    host: '127.0.0.1',
    port: 0,
    clock: scaledClock(),
    report: (sentence) => reports.push(sentence),
    ...options,
  });
  const client = new DynamoDBClient({
    endpoint: tables.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'k', secretAccessKey: 's' },
  });
  const close = closing(tables, client);
  cleanUps.push(close);
  return { tables, client, reports, close };
};

/** Ends both, once, however often it is called. */
const closing = (tables: Tables, client: DynamoDBClient) => {
  let closed: Promise<void> | undefined;
  return () => {
    client.destroy();
    return (closed ??= tables.close());
  };
};

const folder = async (): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'tables-'));
  cleanUps.push(() => rm(path, { recursive: true }));
  return path;
};

const put = (client: DynamoDBClient, user: string, rest: Record<string, AttributeValue> = {}) =>
  client.send(
    new PutItemCommand({ TableName: 'Sessions-1', Item: { user: { S: user }, at: { N: '1' }, ...rest } }),
  );

const users = async (client: DynamoDBClient) => {
  const { Items } = await client.send(new ScanCommand({ TableName: 'Sessions-1' }));
  return (Items ?? []).map(({ user }) => user?.S).sort();
};

it('creates the tables of the template, ACTIVE, with their indexes', async () => {
  const { client } = await start([sessions()]);
  const { Table } = await client.send(new DescribeTableCommand({ TableName: 'Sessions-1' }));
  expect(Table?.TableStatus).toBe('ACTIVE');
  await put(client, 'ann', { city: { S: 'Graz' } });
  const { Items } = await client.send(
    new QueryCommand({
      TableName: 'Sessions-1',
      IndexName: 'byCity',
      KeyConditionExpression: 'city = :c',
      ExpressionAttributeValues: { ':c': { S: 'Graz' } },
    }),
  );
  expect(Items).toEqual([{ user: { S: 'ann' }, at: { N: '1' }, city: { S: 'Graz' } }]);
});

it('projects to an index what the template says', async () => {
  const index = (IndexName: string, Projection: object) => ({
    IndexName,
    KeySchema: [{ AttributeName: 'city', KeyType: 'HASH' }],
    Projection,
  });
  const GlobalSecondaryIndexes = [
    index('keys', { ProjectionType: 'KEYS_ONLY' }),
    index('some', { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a'] }),
    index('all', { ProjectionType: 'ALL' }),
  ];
  const { client } = await start([sessions({ GlobalSecondaryIndexes })]);
  await put(client, 'ann', { city: { S: 'Graz' }, a: { N: '1' }, b: { N: '2' } });
  const query = (IndexName: string, ConsistentRead = false) =>
    client.send(
      new QueryCommand({
        TableName: 'Sessions-1',
        IndexName,
        ConsistentRead,
        KeyConditionExpression: 'city = :c',
        ExpressionAttributeValues: { ':c': { S: 'Graz' } },
      }),
    );
  const keys = { user: { S: 'ann' }, at: { N: '1' }, city: { S: 'Graz' } };
  expect((await query('keys')).Items).toEqual([keys]);
  expect((await query('some')).Items).toEqual([{ ...keys, a: { N: '1' } }]);
  expect((await query('all')).Items).toEqual([{ ...keys, a: { N: '1' }, b: { N: '2' } }]);
  await expect(query('keys', true)).rejects.toMatchObject({ name: 'ValidationException' });
});

it('writes and reads batches over several tables, consistently when asked', async () => {
  const { client } = await start([sessions(), { ...sessions(), ref: 'Sessions-2' }]);
  const item = (user: string) => ({ user: { S: user }, at: { N: '1' } });
  const puts = (...names: string[]) => names.map((name) => ({ PutRequest: { Item: item(name) } }));
  const RequestItems = { 'Sessions-1': puts('ann', 'bob'), 'Sessions-2': puts('cid') };
  const written = await client.send(new BatchWriteItemCommand({ RequestItems }));
  expect(written.UnprocessedItems).toEqual({});
  const keysOf = (...names: string[]) => ({ Keys: names.map(item), ConsistentRead: true });
  const { Responses, UnprocessedKeys } = await client.send(
    new BatchGetItemCommand({
      RequestItems: { 'Sessions-1': keysOf('ann', 'bob', 'nobody'), 'Sessions-2': keysOf('cid') },
    }),
  );
  const found = Responses?.['Sessions-1']?.map(({ user }) => user?.S).sort();
  expect([found, Responses?.['Sessions-2']]).toEqual([['ann', 'bob'], [item('cid')]]);
  expect(UnprocessedKeys).toEqual({});
  const tooMany = puts(...Array.from({ length: 26 }, (_, n) => `user${n}`));
  const over = new BatchWriteItemCommand({ RequestItems: { 'Sessions-1': tooMany } });
  await expect(client.send(over)).rejects.toMatchObject({ name: 'ValidationException' });
});

it('sweeps every table that has a TTL, each by its own attribute', async () => {
  const TimeToLiveSpecification = { AttributeName: 'expiresAt', Enabled: true };
  const { tables, client } = await start([
    sessions(),
    { ...sessions({ TimeToLiveSpecification }), ref: 'Sessions-2' },
    { ...sessions({ TimeToLiveSpecification: undefined }), ref: 'Sessions-3' },
  ]);
  const past = { N: String(Math.floor(Date.now() / 1000) - 1) };
  for (const TableName of ['Sessions-1', 'Sessions-2', 'Sessions-3'])
    for (const attribute of ['until', 'expiresAt']) {
      const Item = { user: { S: attribute }, at: { N: '1' }, [attribute]: past };
      await client.send(new PutItemCommand({ TableName, Item }));
    }
  expect(await tables.sweep()).toBe(2);
  expect(await users(client)).toEqual(['expiresAt']);
  const second = await client.send(new ScanCommand({ TableName: 'Sessions-2' }));
  expect(second.Items?.map(({ user }) => user?.S)).toEqual(['until']);
});

it('takes an AWS::DynamoDB::Table too', async () => {
  const { client } = await start([{ ...sessions(), type: 'AWS::DynamoDB::Table' }]);
  await put(client, 'ann');
  expect(await users(client)).toEqual(['ann']);
});

it('deletes what has expired, and nothing else', async () => {
  const { tables, client } = await start([sessions()]);
  const now = Math.floor(Date.now() / 1000);
  await put(client, 'expired', { until: { N: String(now - 1) } });
  await put(client, 'valid', { until: { N: String(now + 3600) } });
  await put(client, 'text', { until: { S: String(now - 1) } });
  await put(client, 'ancient', { until: { N: '17' } });
  await put(client, 'without');
  expect(await tables.sweep()).toBe(1);
  expect(await users(client)).toEqual(['ancient', 'text', 'valid', 'without']);
});

it('sweeps more than one page', async () => {
  const { tables, client } = await start([sessions()]);
  const until = { N: String(Math.floor(Date.now() / 1000) - 1) };
  await Promise.all(Array.from({ length: 230 }, (_, n) => put(client, `user${n}`, { until })));
  expect(await tables.sweep()).toBe(230);
});

it('sweeps by itself as time passes on the clock', async () => {
  let tick = (): void => undefined;
  const clock = {
    now: () => Date.now() + 7_200_000,
    after: (ms: number, action: () => void) => timer(ms, action),
  };
  const timer = (ms: number, action: () => void) => {
    expect(ms).toBe(sweepEveryMs);
    tick = action;
    return () => undefined;
  };
  const { tables, client } = await start([sessions()], { clock });
  await put(client, 'soon', { until: { N: String(Math.floor(Date.now() / 1000) + 3600) } });
  tick();
  // A round asked for now runs after the one under way, and finds nothing left.
  expect(await tables.sweep()).toBe(0);
  expect(await users(client)).toEqual([]);
});

it('keeps items in a folder from one start to the next', async () => {
  const path = await folder();
  const first = await start([sessions()], { path });
  await put(first.client, 'ann');
  await first.close();
  const second = await start([sessions()], { path });
  const Key = { user: { S: 'ann' }, at: { N: '1' } };
  expect((await second.client.send(new GetItemCommand({ TableName: 'Sessions-1', Key }))).Item).toEqual(Key);
});

it('refuses a folder whose table has another key, and leaves it usable', async () => {
  const path = await folder();
  await (await start([sessions()], { path })).close();
  const other = sessions({ KeySchema: [{ AttributeName: 'user', KeyType: 'HASH' }] });
  await expect(start([other], { path })).rejects.toMatchObject({ name: 'TwinError', code: 'table_differs' });
  await start([sessions()], { path });
});

it('names a folder that another twin is using', async () => {
  const path = await folder();
  await start([sessions()], { path });
  await expect(start([sessions()], { path })).rejects.toMatchObject({
    code: 'folder_in_use',
    message: expect.stringContaining(path) as string,
  });
});

it('names a taken port', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  cleanUps.push(() => other.close());
  const { port } = other.address() as { port: number };
  await expect(start([], { port })).rejects.toMatchObject({
    code: 'port_taken',
    message: expect.stringContaining(String(port)) as string,
  });
});

it.each([
  ['a key without its type', sessions({ AttributeDefinitions: [] })],
  ['a name that is too short', { ...sessions(), ref: 'S' }],
])('names a table that cannot be created: %s', async (_, broken) => {
  await expect(start([broken])).rejects.toMatchObject({
    code: 'bad_table',
    message: expect.stringContaining(`Table ${broken.ref} cannot be created`) as string,
  });
});

it('outlives a request that breaks off in the middle', async () => {
  const { tables, client } = await start([sessions()]);
  const socket = connect(tables.port, '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"Table');
  await once(socket, 'ready');
  await put(client, 'first');
  socket.resetAndDestroy();
  await put(client, 'second');
  expect(await users(client)).toEqual(['first', 'second']);
});

it('closes in the middle of requests whose clients have gone, and nothing is thrown behind it', async () => {
  const { tables, client } = await start([sessions()]);
  const asked = Array.from({ length: 50 }, () => users(client).catch(() => undefined));
  await users(client); // By now the others are under way.
  client.destroy();
  await tables.close();
  await Promise.all(asked);
});

it('reports streams, further replicas and unknown properties, not harmless ones', async () => {
  const { reports } = await start([
    sessions({
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      Surprise: 1,
      SSESpecification: {},
      Replicas: [{ Region: 'eu-west-1', ResourcePolicy: {} }, { Region: 'us-east-1' }],
    }),
  ]);
  const left = (what: string) => `AWS::DynamoDB::GlobalTable "Sessions": ${what} is not honoured by the twin`;
  expect(reports).toEqual(
    ['StreamSpecification', 'Surprise', 'Replicas.ResourcePolicy', 'the replica in us-east-1'].map(left),
  );
});

it.each(['/proc/nowhere', '/dev/null', '/nowhere/at/all'])(
  '%s cannot keep the tables and is refused in one sentence',
  async (path) => {
    const starting = startTables({
      resources: [],
      host: '127.0.0.1',
      port: 0,
      clock: scaledClock(),
      path,
      report: () => undefined,
    });
    await expect(starting).rejects.toMatchObject({
      code: 'folder_unusable',
      message: expect.stringContaining(path) as string,
    });
  },
);

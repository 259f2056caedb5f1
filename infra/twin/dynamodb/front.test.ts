import {
  BatchWriteItemCommand,
  GetItemCommand,
  PutItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { scaledClock, type Clock } from '../clock.ts';
import { createFaults, type FaultKind, type FaultSetting } from '../faults/faults.ts';
import { startBeds, stopAll } from './tables.testing.ts';

afterEach(stopAll);

const start = async (clock: Clock = scaledClock()) => {
  const faults = createFaults({ seed: 1, clock });
  return { faults, ...(await startBeds({ faults, clock })) };
};
const sow = (client: DynamoDBClient, TableName = 'Seeds-1') =>
  client.send(
    new PutItemCommand({
      TableName,
      Item: { name: { S: 'kale' }, house: { S: 'north' }, bed: { S: '1' } },
    }),
  );
const isSown = async (client: DynamoDBClient) => {
  const Key = { name: { S: 'kale' } };
  return (await client.send(new GetItemCommand({ TableName: 'Seeds-1', Key }))).Item !== undefined;
};

describe('a fault switch of DynamoDB', () => {
  const refusals: [FaultKind, name: string, status: number][] = [
    ['dynamodb.throttle', 'ProvisionedThroughputExceededException', 400],
    ['dynamodb.error', 'InternalServerError', 500],
  ];
  it.each(refusals)('%s throws %s (%i), and nothing is done', async (kind, name, httpStatusCode) => {
    const { faults, client } = await start();
    await faults.set(kind, { times: 1 });
    await expect(sow(client)).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
    expect(await isSown(client)).toBe(false);
    expect(faults.injected()).toEqual({ [kind]: 1 });
  });

  it('dynamodb.lost-response does what was asked and cuts the socket', async () => {
    const { faults, client } = await start();
    await faults.set('dynamodb.lost-response', { times: 1 });
    await expect(sow(client)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await isSown(client)).toBe(true);
  });

  it('dynamodb.latency does it after so many ms', async () => {
    const waits: { ms: number; action: () => void }[] = [];
    let wake = (): void => undefined;
    const asked = new Promise<void>((resolve) => (wake = resolve));
    const after: Clock['after'] = (ms, action) => {
      waits.push({ ms, action });
      wake();
      return () => undefined;
    };
    const { faults, client } = await start({ now: () => Date.now(), after });
    await faults.set('dynamodb.latency', { times: 1, ms: 77 });
    const sown = sow(client);
    await asked;
    expect(waits.map(({ ms }) => ms)).toEqual([77]);
    expect(await isSown(client)).toBe(false);
    waits[0]?.action();
    await sown;
    expect(await isSown(client)).toBe(true);
  });

  it('may be for one table only, that of a batch too', async () => {
    const { faults, client } = await start();
    await faults.set('dynamodb.throttle', { only: 'Beds' });
    await sow(client);
    await expect(sow(client, 'Beds-1')).rejects.toMatchObject({
      name: 'ProvisionedThroughputExceededException',
    });
    const Item = { house: { S: 'north' }, bed: { S: '2' }, name: { S: 'leek' } };
    const batch = (...tables: string[]) =>
      client.send(
        new BatchWriteItemCommand({
          RequestItems: Object.fromEntries(tables.map((table) => [table, [{ PutRequest: { Item } }]])),
        }),
      );
    await batch('Seeds-1');
    await expect(batch('Seeds-1', 'Beds-1')).rejects.toThrow();
    expect(faults.injected()).toEqual({ 'dynamodb.throttle': 2 });
  });

  it('leaves the twin its own requests', async () => {
    const { faults, tables } = await startAt();
    const always: FaultSetting = {};
    await faults.set('dynamodb.throttle', always);
    expect(await tables.sweep()).toBe(0);
  });
});

/** With a table whose items expire, so that a sweep asks the store. */
const startAt = async () => {
  const clock = scaledClock();
  const faults = createFaults({ seed: 1, clock });
  const properties = {
    KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'name', AttributeType: 'S' }],
    TimeToLiveSpecification: { AttributeName: 'until', Enabled: true },
  };
  const resources = [{ logicalId: 'Cuttings', type: 'AWS::DynamoDB::Table', ref: 'Cuttings-1', properties }];
  return { faults, ...(await startBeds({ faults, clock, resources })) };
};

it('says of a request that is none what is wrong with it', async () => {
  const { tables } = await start();
  const ask = async (headers: Record<string, string>, body: string) => {
    const answer = await fetch(tables.endpoint, { method: 'POST', headers, body });
    return `${answer.status} ${await answer.text()}`;
  };
  const json = { 'content-type': 'application/x-amz-json-1.0' };
  const put = { ...json, 'x-amz-target': 'DynamoDB_20120810.PutItem' };
  expect(await ask(json, '{}')).toMatch(/^400 .*UnknownOperationException/);
  expect(await ask(put, '{"Table')).toMatch(/^400 .*SerializationException/);
  expect(await ask(put, '{}')).toMatch(/^400 .*MissingAuthenticationTokenException/);
});

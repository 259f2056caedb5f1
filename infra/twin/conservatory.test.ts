import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { connectAsync } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { connect, refusal, stopAll } from './apigateway/webSocketApi.testing.ts';
import { bootTwin, type Ports, type Twin, type TwinOptions } from './boot.ts';
import { scaledClock } from './clock.ts';
import { conservatory, storehouse, visitorsKey } from './conservatory.testing.ts';
import { newPair, pemOf, signingRequest } from './iotRegistry/signingRequest.testing.ts';
import { freePort } from './listen.ts';
import { notRunTypeNames } from './template/notRunTypes.ts';
import { runTypes } from './template/runTypes.ts';
import type { Template } from './template/template.ts';

const host = '127.0.0.1';
const region = 'us-east-1';
const credentials = { accessKeyId: 'k', secretAccessKey: 's' };

const running: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  await stopAll();
  for (const part of running.splice(0).reverse()) await part.close();
});

type Booted = Twin & { ports: Ports; lines: string[]; logged: string[]; accesses: string[] };

const boot = async (template: Template, options: Partial<TwinOptions> = {}): Promise<Booted> => {
  const ports = {
    webSocket: await freePort(host),
    dynamodb: await freePort(host),
    sqs: await freePort(host),
    mqtt: await freePort(host),
    issuer: await freePort(host),
  };
  const lines: string[] = [];
  const logged: string[] = [];
  const accesses: string[] = [];
  const twin = await bootTwin({
    stack: { name: 'conservatory', template, assetFolder: () => undefined },
    ports,
    report: (line) => void lines.push(line),
    log: ({ line }) => void logged.push(line),
    accessLog: ({ line }) => void accesses.push(line),
    ...options,
  });
  running.push(twin);
  return { ...twin, ports, lines, logged, accesses };
};

const output = ({ outputs }: Twin, name: string): string => outputs[name] ?? `no output ${name}`;

const ticket = (twin: Twin): Promise<string> =>
  twin.sign?.({ subject: 'ann', groups: ['pickers'], expiresIn: '1h' }) ??
  Promise.reject(new Error('no pool'));

describe('a stack of every type that runs', () => {
  it('has one of each', () => {
    const types = new Set(Object.values(conservatory.Resources).map(({ Type }) => Type));
    expect(Object.keys(runTypes).filter((type) => !types.has(type))).toEqual([]);
  });

  it('boots without a complaint', async () => {
    expect((await boot(conservatory)).lines).toEqual([]);
  });

  it('lets in by a token of its user pool and a key, and passes on what the trigger added', async () => {
    const twin = await boot(conservatory);
    const url = `${output(twin, 'Url')}?token=${await ticket(twin)}`;
    const headers = { 'x-api-key': visitorsKey };
    const { ws, frame } = await connect(url, [], { headers });
    ws.send(JSON.stringify({ verb: 'watch', house: 'north' }));
    expect(await frame()).toBe('watching north');
    expect(twin.accesses[0]).toBe('CONNECT 200 north pickers,visitors');
    expect(twin.lines).toEqual([]);
  });

  it('keeps out who has no token, a forged one, or no key', async () => {
    const twin = await boot(conservatory);
    const token = await ticket(twin);
    const headers = { 'x-api-key': visitorsKey };
    const enter = (query: string, given: object = { headers }) =>
      refusal(`${output(twin, 'Url')}${query}`, [], given);
    expect(await enter('')).toMatchObject({ status: 401 });
    expect(await enter(`?token=${token.slice(0, -4)}AAAA`)).toMatchObject({ status: 401 });
    expect(await enter(`?token=${token}`, {})).toMatchObject({ status: 403 });
  });

  it('runs a function behind an alias for a rule and for a queue', async () => {
    const twin = await boot(conservatory);
    const device = await connectAsync(`mqtt://${host}:${twin.ports.mqtt}`, { reconnectPeriod: 0 });
    await device.publishAsync('moisture/north/beds', '{"moisture":90}', { qos: 1 });
    await device.endAsync();
    await expect.poll(() => twin.logged, { timeout: 10_000 }).toContain('{"moisture":90}');
    const sqs = new SQSClient({ endpoint: `http://${host}:${twin.ports.sqs}`, region, credentials });
    await sqs.send(new SendMessageCommand({ QueueUrl: output(twin, 'OrdersUrl'), MessageBody: 'peas' }));
    sqs.destroy();
    await expect
      .poll(() => twin.logged, { timeout: 10_000 })
      .toContainEqual(expect.stringContaining('"body":"peas"'));
    expect(twin.lines).toEqual([]);
  });

  it('forgets rows of a global table when their time is over', async () => {
    const clock = scaledClock(100_000);
    const twin = await boot(conservatory, { clock });
    const client = new DynamoDBClient({
      endpoint: `http://${host}:${twin.ports.dynamodb}`,
      region,
      credentials,
    });
    running.push({ close: async () => client.destroy() });
    const TableName = output(twin, 'Catalogue');
    const seed = (name: string, soldOut: number) =>
      client.send(
        new PutItemCommand({ TableName, Item: { seed: { S: name }, soldOut: { N: String(soldOut) } } }),
      );
    const now = Math.floor(clock.now() / 1000);
    await seed('peas', now - 10);
    await seed('beans', now + 10 ** 9);
    const left = async (): Promise<unknown> =>
      (await client.send(new ScanCommand({ TableName }))).Items?.map(({ seed: name }) => name?.S);
    await expect.poll(left, { timeout: 15_000 }).toEqual(['beans']);
  });

  it('binds a device with a certificate by its policy', async () => {
    const twin = await boot(conservatory);
    const pair = newPair();
    const body = JSON.stringify({ certificateSigningRequest: await signingRequest('bed', pair) });
    const ask = (method: string, path: string, text: string) =>
      fetch(`${twin.iotUrl}${path}`, { method, body: text });
    // What the API answers, which its own tests hold.
    const made = (await (await ask('POST', '/certificates?setAsActive=true', body)).json()) as {
      certificateArn: string;
      certificatePem: string;
    };
    const target = JSON.stringify({ target: made.certificateArn });
    await ask('PUT', `/target-policies/${output(twin, 'BedPolicy')}`, target);
    const ca = await (await fetch(`${twin.iotUrl}/ca.pem`)).text();
    const tls = { ca, cert: made.certificatePem, key: pemOf(pair) };
    const device = await connectAsync(twin.mqttsUrl, { reconnectPeriod: 0, clientId: 'bed', ...tls }, false);
    await device.publishAsync('moisture/north/beds', '{"moisture":95}', { qos: 1 });
    await device.endAsync();
    await expect.poll(() => twin.logged, { timeout: 10_000 }).toContain('{"moisture":95}');
  });
});

describe('a stack of every type that does not run', () => {
  it('boots, and is listed type by type with what that means', async () => {
    const { notRun, lines } = await boot(storehouse);
    const listed = notRun.map(({ type }) => type);
    expect(listed).toEqual(
      expect.arrayContaining([...notRunTypeNames, 'Custom::Sowing', 'AWS::Lambda::Function']),
    );
    expect(listed).not.toContain('AWS::SQS::Queue');
    expect(notRun.every(({ count, meaning }) => count > 0 && meaning !== '')).toBe(true);
    expect(lines).toEqual([]);
  });

  it('has functions that only a deployment calls, in whatever language', async () => {
    const { notRun } = await boot(storehouse);
    expect(notRun).toContainEqual({
      type: 'AWS::Lambda::Function',
      count: 2,
      meaning: 'called by custom resources, at a deployment only',
    });
  });

  it('whose functions something else calls too is refused for their language', async () => {
    const mapping = {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { FunctionName: { Ref: 'Sower' }, EventSourceArn: { 'Fn::GetAtt': ['Bell', 'Arn'] } },
    };
    const Resources = { ...storehouse.Resources, Mapping: mapping };
    await expect(boot({ Resources })).rejects.toMatchObject({ code: 'unsupported_runtime' });
  });
});

it('a user pool without a port for its tokens is refused', async () => {
  const ports = { webSocket: 1, dynamodb: await freePort(host), sqs: await freePort(host), mqtt: 1 };
  await expect(boot(conservatory, { ports })).rejects.toMatchObject({ code: 'no_issuer_port' });
});

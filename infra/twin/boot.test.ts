import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { connectAsync } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { connect, refusal, stopAll } from './apigateway/webSocketApi.testing.ts';
import { bootTwin, type Ports, type Twin, type TwinOptions } from './boot.ts';
import { scaledClock } from './clock.ts';
import { greenhouse, greenhouseWith, lambdaRole } from './greenhouse.testing.ts';
import { freePort } from './listen.ts';
import { createMeter } from './meter.ts';
import type { Template } from './template/template.ts';

const host = '127.0.0.1';

const freePorts = async (): Promise<Ports> => ({
  webSocket: await freePort(host),
  dynamodb: await freePort(host),
  sqs: await freePort(host),
  mqtt: await freePort(host),
});

const running: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  await stopAll();
  for (const part of running.splice(0).reverse()) await part.close();
});

type Booted = Twin & {
  ports: Ports;
  lines: string[];
  publish: (topic: string, reading: object) => Promise<void>;
};

const boot = async (template: Template, options: Partial<TwinOptions> = {}): Promise<Booted> => {
  const ports = options.ports ?? (await freePorts());
  const lines: string[] = [];
  const stack = { name: 'greenhouse', template, assetFolder: () => undefined };
  const report = (line: string) => void lines.push(line);
  const twin = await bootTwin({ stack, ports, report, log: () => undefined, ...options });
  running.push(twin);
  const publish = async (topic: string, reading: object): Promise<void> => {
    const device = await connectAsync(`mqtt://${host}:${ports.mqtt}`, { reconnectPeriod: 0 }, false);
    await device.publishAsync(topic, JSON.stringify(reading), { qos: 1 });
    await device.endAsync();
  };
  return { ...twin, ports, lines, publish };
};

const output = ({ outputs }: Twin, name: string): string => outputs[name] ?? `no output ${name}`;

/** A gardener who watches a house. */
const gardener = async (twin: Twin, house: string) => {
  const client = await connect(output(twin, 'Url'));
  client.ws.send(JSON.stringify({ verb: 'watch', house }));
  expect(await client.frame()).toBe(`watching ${house}`);
  return client;
};

describe('a booted stack', () => {
  it('passes a reading from MQTT through rule, function, index and callback to a WebSocket client', async () => {
    const twin = await boot(greenhouse);
    const north = await gardener(twin, 'north');
    await twin.publish('moisture/north/beds', { bed: 7, moisture: 12, battery: 3.1 });
    expect(JSON.parse(await north.frame())).toEqual({ bed: 7, moisture: 12, house: 'north' });
    expect(twin.lines).toEqual([]);
  });

  it('keeps back what the WHERE, the topic filter or the index does not let through', async () => {
    const twin = await boot(greenhouse);
    const north = await gardener(twin, 'north');
    await twin.publish('moisture/north/beds', { bed: 1, moisture: 20 });
    await twin.publish('moisture/north', { bed: 2, moisture: 1 });
    await twin.publish('moisture/south/beds', { bed: 3, moisture: 1 });
    await twin.publish('moisture/north/beds', { bed: 4, moisture: 19 });
    expect(JSON.parse(await north.frame())).toMatchObject({ bed: 4 });
  });

  it('tells functions and outputs local addresses', async () => {
    const twin = await boot(greenhouse);
    const { webSocket, sqs } = twin.ports;
    const client = await connect(output(twin, 'Url'));
    client.ws.send('{"verb":"dig"}');
    expect(await client.frame()).toBe(`http://${host}:${webSocket}/garden`);
    expect(twin.outputs).toEqual({
      Url: `ws://${host}:${webSocket}/garden`,
      FailuresUrl: `http://${host}:${sqs}/000000000000/greenhouse-Failures`,
      TableName: 'greenhouse-Gardeners',
    });
  });

  it('puts an event that a function keeps failing on into the on-failure queue', async () => {
    const twin = await boot(greenhouse, { clock: scaledClock(1000) });
    await twin.publish('moisture/north/beds', { bed: 7, moisture: -1 });
    const failures = (): unknown[] =>
      twin.messagesIn(output(twin, 'FailuresUrl')).map((body): unknown => JSON.parse(body));
    await expect.poll(failures, { timeout: 10_000 }).toMatchObject([
      {
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 2 },
        requestPayload: { bed: 7, moisture: -1, house: 'north' },
        responsePayload: { errorType: 'RangeError', errorMessage: 'no soil is as dry as -1' },
      },
    ]);
  });

  it('names the resource types without effect', async () => {
    const { notRun } = await boot(greenhouse);
    expect(notRun.map(({ type, count }) => [type, count])).toEqual([['AWS::Logs::LogGroup', 1]]);
  });

  it('boots again on the ports of one that was closed', async () => {
    const first = await boot(greenhouse);
    await gardener(first, 'north');
    await first.publish('moisture/south/beds', { bed: 1, moisture: 1 });
    await first.close();
    const second = await boot(greenhouse, { ports: first.ports });
    const north = await gardener(second, 'north');
    await second.publish('moisture/north/beds', { bed: 2, moisture: 2 });
    expect(JSON.parse(await north.frame())).toMatchObject({ bed: 2 });
  });
});

const inline = (source: string, properties: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: source },
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    ...properties,
  },
});

describe('a queue with a function behind it', () => {
  it('hands over messages in batches, delayed ones when they are due, and keeps what fails', async () => {
    const lines: string[] = [];
    const packer = `exports.handler = async ({ Records }) => {
      console.log(Records.map(({ body }) => body).join());
      return { batchItemFailures: Records.filter(({ body }) => body === 'pear').map((r) => ({ itemIdentifier: r.messageId })) };
    };`;
    const template = greenhouseWith({
      Orders: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          VisibilityTimeout: 60,
          RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Failures', 'Arn'] }, maxReceiveCount: 2 },
        },
      },
      Packer: inline(packer, { Timeout: 10, Role: { 'Fn::GetAtt': ['PackerRole', 'Arn'] } }),
      PackerRole: lambdaRole([
        ['sqs:ReceiveMessage', 'sqs:GetQueueAttributes', 'sqs:DeleteMessage', 'logs:*'],
        '*',
      ]),
      PackerOrders: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: { 'Fn::GetAtt': ['Orders', 'Arn'] },
          FunctionName: { Ref: 'Packer' },
          BatchSize: 100,
          MaximumBatchingWindowInSeconds: 5,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
        },
      },
    });
    const log = ({ line }: { line: string }): void => void lines.push(line);
    const twin = await boot(template, { clock: scaledClock(100), log });
    const client = new SQSClient({
      endpoint: `http://${host}:${twin.ports.sqs}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'k', secretAccessKey: 's' },
    });
    running.push({ close: async () => client.destroy() });
    const QueueUrl = `http://${host}:${twin.ports.sqs}/000000000000/greenhouse-Orders`;
    const order = (Id: string, DelaySeconds = 0) => ({ Id, MessageBody: Id, DelaySeconds });
    const Entries = [order('plum', 300), order('apple'), order('pear')];
    await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    await expect.poll(() => lines, { timeout: 15_000 }).toEqual(['apple,pear', 'pear', 'plum']);
    expect(twin.messagesIn(output(twin, 'FailuresUrl'))).toEqual(['pear']);
    expect(twin.messagesIn(QueueUrl)).not.toContain('apple');
    expect(twin.lines).toEqual([]);
  });
});

describe('a twin with a data folder', () => {
  it('goes on at the next start with an event that its function was not done with', async () => {
    const data = await mkdtemp(join(tmpdir(), 'twin-'));
    running.push({ close: () => rm(data, { recursive: true }) });
    const logged: string[] = [];
    const log = ({ line }: { line: string }): void => void logged.push(line);
    const alarm = (source: string) => greenhouseWith({ Alarm: inline(`exports.handler = ${source};`) });
    const fails = alarm(`async () => { console.log('tried'); throw new Error('not yet'); }`);
    const first = await boot(fails, { data, log });
    await first.publish('moisture/north/beds', { bed: 7, moisture: 12 });
    await expect.poll(() => logged, { timeout: 10_000 }).toContain('tried');
    await first.close();
    expect(first.lines).toEqual([
      'Function greenhouse-Alarm: 1 asynchronous events were still waiting when the twin stopped; ' +
        'they are kept and run at the next start.',
    ]);
    const succeeds = alarm(`async (reading) => console.log(JSON.stringify(reading))`);
    const second = await boot(succeeds, { data, log, ports: first.ports });
    await expect.poll(() => logged, { timeout: 10_000 }).toContain('{"moisture":12,"bed":7,"house":"north"}');
    await second.close();
    expect(second.lines).toEqual([]);
  });
});

it('a witness and a meter learn what passes', async () => {
  const hops: string[] = [];
  const meter = createMeter();
  const twin = await boot(greenhouse, { meter, witness: ({ hop }) => void hops.push(hop) });
  await twin.publish('moisture/north/beds', { bed: 7, moisture: 12 });
  await twin.publish('moisture/north', { bed: 7, moisture: 12 });
  expect(hops).toEqual(['published', 'unrouted', 'published']);
  expect(meter.read()).toMatchObject({
    'iot.messages': { published: 2, connected: 2 },
    'iot.rules': { dry_beds: 1 },
    'iot.actions': { dry_beds: 1 },
  });
  expect(twin.lines).toEqual([expect.stringContaining('rules take moisture/+/beds')]);
});

describe('on a fast clock', () => {
  it('functions see the time of the connections, until the two hours are over', async () => {
    const clock = scaledClock(1000);
    const door = `exports.handler = async ({ requestContext: { connectedAt, requestTimeEpoch } }) =>
      ({ statusCode: 200, body: JSON.stringify([connectedAt, requestTimeEpoch, Date.now(), +new Date()]) });`;
    const twin = await boot(greenhouseWith({ Door: inline(door) }), { clock });
    const { ws, frame, closed } = await connect(output(twin, 'Url'));
    const times = async (): Promise<number[] | undefined> => {
      ws.send('{"verb":"dig"}');
      const text = await Promise.race([frame(), closed.then(() => undefined)]);
      return text === undefined ? undefined : [...(JSON.parse(text) as number[]), clock.now()];
    };
    let last: number[] | undefined;
    for (let now = await times(); now !== undefined; now = await times()) {
      last = now;
      expect(last).toEqual([...last].sort((a, b) => a - b));
    }
    expect(await closed).toEqual({ code: 1001, reason: 'Going away' });
    expect(clock.now() - (last?.[0] ?? 0)).toBeGreaterThanOrEqual(7_200_000);
  });
});

describe('a throttled function', () => {
  it('is an error frame to the client whose message it was to handle', async () => {
    const door = `exports.handler = async ({ requestContext: { routeKey } }) => {
      if (routeKey === '$default') await new Promise((resolve) => setTimeout(resolve, 500));
      return { statusCode: 200, body: 'done' };
    };`;
    const template = greenhouseWith({ Door: inline(door, { ReservedConcurrentExecutions: 1 }) });
    const twin = await boot(template);
    const { ws, frame } = await connect(output(twin, 'Url'));
    ws.send('{"verb":"one"}');
    ws.send('{"verb":"two"}');
    expect(await frame()).toContain('{"message": "Internal server error", "connectionId":');
    expect(await frame()).toBe('done');
  });
});

describe('a missing permission', () => {
  it('of the rule is reported with function, principal and source ARN', async () => {
    const twin = await boot(greenhouseWith({ RuleMayAlarm: undefined }));
    await twin.publish('moisture/north/beds', { bed: 7, moisture: 12 });
    expect(twin.lines).toEqual([
      expect.stringContaining(
        'iot.amazonaws.com may not invoke function greenhouse-Alarm for ' +
          'arn:aws:iot:us-east-1:000000000000:rule/dry_beds',
      ),
    ]);
  });

  it('of the API refuses the handshake and is reported with function, principal and source ARN', async () => {
    const twin = await boot(greenhouseWith({ ApiMayDoor: undefined }));
    expect(await refusal(output(twin, 'Url'))).toMatchObject({ status: 500 });
    expect(twin.lines).toEqual([
      expect.stringMatching(
        /apigateway\.amazonaws\.com may not invoke function greenhouse-Door for arn:aws:execute-api:us-east-1:000000000000:\w+\/garden\/\$connect/,
      ),
    ]);
  });
});

describe('a stack the twin cannot run', () => {
  const rejected = (template: Template, code: string, culprit: string) =>
    expect(boot(template)).rejects.toMatchObject({
      name: 'TwinError',
      code,
      message: expect.stringContaining(culprit) as string,
    });

  it('with an unknown resource type is refused by resource and type', async () => {
    const Pump = { Type: 'AWS::GreengrassV2::Deployment', Properties: {} };
    const pump = greenhouseWith({ Pump });
    await rejected(pump, 'unknown_resource_type', 'Pump: it does not know AWS::GreengrassV2::Deployment');
  });

  it('with an unknown intrinsic is refused by intrinsic and place', async () => {
    const QueueName = { 'Fn::ImportValue': 'shed' };
    const imported = greenhouseWith({ Failures: { Type: 'AWS::SQS::Queue', Properties: { QueueName } } });
    await rejected(imported, 'unknown_intrinsic', 'Fn::ImportValue');
    await rejected(imported, 'unknown_intrinsic', 'Resources.Failures.Properties.QueueName');
  });

  it('with two WebSocket APIs is refused by name and number', async () => {
    const two = greenhouseWith({ Second: greenhouse.Resources['Api'] });
    await rejected(two, 'one_api', 'one WebSocket API; greenhouse has 2');
  });

  it.each(['webSocket', 'dynamodb', 'sqs', 'mqtt'] as const)(
    'because the %s port is taken is refused by port and leaves the others free',
    async (name) => {
      const ports = await freePorts();
      const squatter = createServer().listen(ports[name], host);
      await once(squatter, 'listening');
      await expect(boot(greenhouse, { ports })).rejects.toMatchObject({
        name: 'TwinError',
        code: 'port_taken',
        message: expect.stringContaining(String(ports[name])) as string,
      });
      squatter.close();
      await once(squatter, 'close');
      await boot(greenhouse, { ports });
    },
  );
});

it('a web page gets neither at the tables nor at the queues', async () => {
  const { ports } = await boot(greenhouse);
  for (const port of [ports.dynamodb, ports.sqs]) {
    const headers = { origin: 'https://evil.example', 'x-amz-target': 'DynamoDB_20120810.ListTables' };
    const response = await fetch(`http://${host}:${port}/`, { method: 'POST', headers, body: '{}' });
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  }
});

import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { GetCommand, QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { connectAsync, type MqttClient } from 'mqtt';
import WebSocket from 'ws';
import type { Metric } from '../../fanout/metrics.ts';
import type { Frame, FrameOf, FrameType, Request } from '../../fanout/protocol.ts';
import type { Clock } from '../../infra/twin/clock.ts';
import type { Faults } from '../../infra/twin/faults/faults.ts';
import { telemetryTopic } from '../../ingest/topic.ts';
import type { startForTest } from '../local.ts';

/** What every story plays in: the whole stack, running. */
export type Stage = {
  readonly local: Awaited<ReturnType<typeof startForTest>>;
  readonly faults: Faults;
  readonly clock: Clock;
  /** The developer's own clients, which no role binds. */
  readonly db: DynamoDBDocumentClient;
  readonly sqs: SQSClient;
  readonly device: MqttClient;
  /** When a role was last asked for something, by the clock of `performance`. */
  readonly lastAsked: () => number;
  /** The tables' names by what they are called in the stack, e.g. `Connections`. */
  readonly table: (name: string) => string;
};

/** By which way a reading comes in. */
export type Way = 'rule' | 'queue';

export type Viewer = {
  readonly connectionId: string;
  say: (request: Request) => void;
  /** The next frame of this type that was not returned before. */
  hear: <T extends FrameType>(type: T) => Promise<FrameOf<T>>;
  /** Subscribes and waits until that holds. */
  subscribe: (request: Omit<Extract<Request, { action: 'subscribe' }>, 'action'>) => Promise<void>;
  close: () => void;
  readonly isClosed: () => boolean;
  /** Cuts the connection, and API Gateway does not tell `$disconnect`. */
  vanish: () => Promise<void>;
};

/** One run of a story. What it began ends with it. */
export type Scene = Stage & {
  /** A name that no other run has. */
  readonly name: (of: string) => string;
  viewer: (principal?: string) => Promise<Viewer>;
  publish: (deviceId: string, reading: object | string, way?: Way) => Promise<void>;
  row: (table: string, key: Record<string, string>) => Promise<Record<string, unknown> | undefined>;
  /** All rows under one partition key. */
  rows: (table: string, key: Record<string, string>) => Promise<readonly Record<string, unknown>[]>;
  /** The bodies of the messages in the queue that an output of the stack names. */
  messagesIn: (output: string) => readonly string[];
  /** Puts a message into the queue that an output of the stack names. */
  send: (output: string, body: string) => Promise<void>;
  /** Waits until it holds. */
  until: (holds: () => boolean | Promise<boolean>) => Promise<void>;
  /** Waits until functions have counted this once more than now. */
  counted: (metric: Metric) => Promise<void>;
  onEnd: (end: () => unknown) => void;
};

let runs = 0;

/** Runs a story until it ends or `signal` aborts; then everything that it began ends. */
export const play = async (
  stage: Stage,
  story: (scene: Scene) => Promise<void>,
  signal: AbortSignal,
): Promise<void> => {
  runs += 1;
  const run = runs;
  const ends: (() => unknown)[] = [];
  const onEnd = (end: () => unknown): void => void ends.push(end);
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(new Error('given up'))),
  );
  const until: Scene['until'] = async (holds) => {
    while (!(await holds())) await wait(5, undefined, { signal });
  };
  const scene: Scene = {
    ...stage,
    name: (of) => `${of}-${run}`,
    viewer: (principal = `ada-${run}`) => openViewer(stage, principal, { until, onEnd }),
    publish: (deviceId, reading, way = 'rule') => publish(stage, deviceId, reading, way),
    row: async (table, key) =>
      (await stage.db.send(new GetCommand({ TableName: stage.table(table), Key: key, ConsistentRead: true })))
        .Item,
    rows: async (table, key) => {
      const [[name, value] = []] = Object.entries(key);
      const { Items = [] } = await stage.db.send(
        new QueryCommand({
          TableName: stage.table(table),
          KeyConditionExpression: '#key = :value',
          ExpressionAttributeNames: { '#key': name ?? '' },
          ExpressionAttributeValues: { ':value': value },
          ConsistentRead: true,
        }),
      );
      return Items;
    },
    send: (output, body) => send(stage, output, body),
    messagesIn: (output) => stage.local.messagesIn(stage.local.outputs[output] ?? ''),
    until,
    counted: (metric) => {
      const before = countOf(stage, metric);
      return until(() => countOf(stage, metric) > before);
    },
    onEnd,
  };
  try {
    await Promise.race([story(scene), aborted]);
  } finally {
    stage.faults.clear();
    for (const end of ends.reverse()) await end();
    await atRest(stage);
  }
};

/** Until nobody has asked for anything for a while, so that the next story is not blamed for the last one. */
const atRest = async ({ lastAsked }: Stage): Promise<void> => {
  const patience = performance.now() + mostRestMs;
  while (performance.now() < Math.min(patience, lastAsked() + restMs)) await wait(5);
};

const restMs = 40;
const mostRestMs = 600;

/** Some functions count by reason. */
const countOf = ({ local }: Stage, metric: Metric): number => {
  const { counts, reasons } = local.tally();
  return Object.values(reasons[metric] ?? {}).reduce((sum, count) => sum + count, counts[metric] ?? 0);
};

const openViewer = async (
  { local, faults }: Stage,
  principal: string,
  { until, onEnd }: Pick<Scene, 'until' | 'onEnd'>,
): Promise<Viewer> => {
  const token = await local.sign({ subject: principal, groups: ['*'], expiresIn: '1h' });
  const socket = new WebSocket(local.webSocketUrl, ['fieldcast.v1', `bearer.${token}`]);
  const frames: Frame[] = [];
  socket.on('message', (text: Buffer) => frames.push(JSON.parse(text.toString()) as Frame)); // By the contract.
  onEnd(() => socket.terminate());
  await once(socket, 'open');

  const hear: Viewer['hear'] = async (type) => {
    let found: Frame | undefined;
    await until(() => {
      const at = frames.findIndex((frame) => frame.type === type);
      if (at >= 0) [found] = frames.splice(at, 1);
      return at >= 0;
    });
    return found as FrameOf<typeof type>; // Found by its type.
  };
  const say = (request: Request): void => socket.send(JSON.stringify(request));
  say({ action: 'hello' });
  const { connectionId } = await hear('welcome');
  return {
    connectionId,
    say,
    hear,
    subscribe: async (request) => {
      say({ action: 'subscribe', ...request });
      await hear('live');
    },
    close: () => socket.close(),
    isClosed: () => socket.readyState === WebSocket.CLOSED,
    vanish: async () => {
      await faults.set('disconnect.missing');
      socket.terminate();
    },
  };
};

const publish = async (stage: Stage, deviceId: string, reading: object | string, way: Way): Promise<void> => {
  const { device, clock } = stage;
  const topic = telemetryTopic('eu-west', deviceId);
  const text = typeof reading === 'string' ? reading : JSON.stringify(reading);
  if (way === 'rule') {
    await device.publishAsync(topic, text, { qos: 1 });
    return;
  }
  const payload = Buffer.from(text).toString('base64');
  const event = { payload, topic, clientId: deviceId, receivedAt: clock.now() };
  await send(stage, 'IngestQueueUrl', JSON.stringify(event));
};

const send = async ({ sqs, local }: Stage, output: string, MessageBody: string): Promise<void> => {
  await sqs.send(new SendMessageCommand({ QueueUrl: local.outputs[output], MessageBody }));
};

/** A device with a connection of its own. */
export const connectDevice = async ({ local, onEnd }: Scene, clientId: string): Promise<MqttClient> => {
  const device = await connectAsync(local.mqttUrl, { clientId, reconnectPeriod: 0 });
  onEnd(() => device.endAsync(true));
  return device;
};

import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { scaledClock } from '../clock.ts';
import { startBroker, type Broker, type BrokerOptions } from './broker.ts';
import type { PublishedMessage } from './publishedMessage.ts';

/** A broker for a test, with what it handed over and reported, and clients that go when it goes. */
export type TestBroker = {
  broker: Broker;
  /** What clients published. */
  published: PublishedMessage[];
  /** What the broker published about them. */
  presence: PublishedMessage[];
  lines: string[];
  client: (options?: IClientOptions) => Promise<MqttClient>;
  socket: () => Promise<Socket>;
  close: () => Promise<void>;
};

export const testBroker = async (changes: Partial<BrokerOptions> = {}): Promise<TestBroker> => {
  const published: PublishedMessage[] = [];
  const presence: PublishedMessage[] = [];
  const lines: string[] = [];
  const broker = await startBroker({
    host: '127.0.0.1',
    port: 0,
    clock: scaledClock(),
    report: (line) => void lines.push(line),
    ...changes,
    onPublish: async (message) => {
      if (message.topic.startsWith('$aws/events/')) presence.push(message);
      else if (changes.onPublish === undefined) published.push(message);
      else await changes.onPublish(message);
    },
  });
  const clients: MqttClient[] = [];
  const client = async (options: IClientOptions = {}): Promise<MqttClient> => {
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const made = await connectAsync(url, { reconnectPeriod: 0, ...options }, false);
    made.on('error', () => undefined);
    clients.push(made);
    return made;
  };
  const socket = async (): Promise<Socket> => {
    const made = connect(broker.port, '127.0.0.1');
    made.on('error', () => undefined);
    await once(made, 'connect');
    return made;
  };
  const close = async (): Promise<void> => {
    await broker.close();
    for (const made of clients) made.end(true);
  };
  return { broker, published, presence, lines, client, socket, close };
};

/** Text with its length in front (MQTT 3.1.1 section 1.5.3). */
export const field = (value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};

/** A packet with a fixed header. */
export const packet = (first: number, ...body: Buffer[]): Buffer => {
  const bytes = Buffer.concat(body);
  return Buffer.concat([Buffer.from([first]), variableInteger(bytes.length), bytes]);
};

export const variableInteger = (value: number): Buffer => {
  const rest = Math.floor(value / 128);
  const first = Buffer.from([(value % 128) + (rest > 0 ? 128 : 0)]);
  return rest > 0 ? Buffer.concat([first, variableInteger(rest)]) : first;
};

/** A CONNECT with a clean session and a keep-alive of so many seconds, without one by default. */
export const connectPacket = (level: 4 | 5, clientId: string | Buffer = 'raw', keepAlive = 0): Buffer => {
  const properties = level === 5 ? [Buffer.from([0])] : [];
  const flags = Buffer.from([level, 2, 0, keepAlive]);
  return packet(0x10, field('MQTT'), flags, ...properties, field(clientId));
};

/** A PUBLISH of QoS 0. */
export const publishPacket = (
  level: 4 | 5,
  topic: string | Buffer,
  payload: Buffer = Buffer.from('x'),
): Buffer => packet(0x30, field(topic), ...(level === 5 ? [Buffer.from([0])] : []), payload);

/** What the server sends until it closes the connection. */
export const untilClosed = async (socket: Socket): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
  if (!socket.closed) await once(socket, 'close');
  return Buffer.concat(chunks);
};

/** Resolves when the server has answered the CONNECT. */
export const connected = async (socket: Socket, level: 4 | 5): Promise<void> => {
  socket.write(connectPacket(level));
  await once(socket, 'data');
};

/** Resolves when a client's connection has ended. */
export const closed = (client: MqttClient): Promise<void> =>
  new Promise((resolve) => void client.once('close', resolve));

/** A promise and what settles it. */
export const deferred = <Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } => {
  let settle: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((resolve) => (settle = resolve));
  return { promise, resolve: (value) => settle(value) };
};

export type Received = { topic: string; text: string; retain: boolean };

/** The next message a client gets. */
export const next = (client: MqttClient): Promise<Received> =>
  new Promise((resolve) => {
    client.once('message', (topic, payload, { retain }) =>
      resolve({ topic, text: payload.toString(), retain }),
    );
  });

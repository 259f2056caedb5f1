import type { Buffer } from 'node:buffer';
import type { EventEmitter } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import type { Clock } from '../clock.ts';
import { listen } from '../listen.ts';
import { createHooks } from './brokerHooks.ts';
import { guard } from './frontGuard.ts';
import { maxPacketBytes, maxSessionExpirySeconds, maxTopicAlias, maxUnacknowledged } from './limits.ts';

/** A message that the broker has accepted but not yet acknowledged. */
export type PublishedMessage = {
  /** What rule SQL calls `topic()`: for Basic Ingest without the prefix. */
  topic: string;
  payload: Buffer;
  clientId: string;
  /** Epoch milliseconds on the clock given. */
  timestamp: number;
  /** The one rule that Basic Ingest names; undefined for a message to the broker's own topics. */
  rule: string | undefined;
};

export type BrokerOptions = {
  host: string;
  /** 0 takes any free port. */
  port: number;
  clock: Clock;
  /**
   * Called and awaited for each message before its PUBACK, so that an acknowledged message has been handed over. When
   * it rejects there is no PUBACK and the connection is closed; a client of QoS 1 then sends the message again.
   */
  onPublish: (message: PublishedMessage) => Promise<void>;
  /** Gets a line for everything that is refused or thrown away. */
  report: (line: string) => void;
};

export type Broker = {
  port: number;
  /** Disconnects every client and stops listening, within a second. */
  close: () => Promise<void>;
};

/** A client that reads nothing for so long is cut; until then it may hold up deliveries to others. */
const drainTimeoutMs = 5_000;

/**
 * Starts an MQTT broker (3.1.1 and 5) with the limits of AWS IoT Core in front. Not as on AWS: no shared subscriptions,
 * no limit on bytes or deliveries per second, no "Maximum QoS" in the CONNACK of MQTT 5, sessions of MQTT 3.1.1 never
 * expire. Throws TwinError `port_taken`.
 */
export const startBroker = async (options: BrokerOptions): Promise<Broker> => {
  const { unsubscribed, ...hooks } = createHooks(options);
  const aedes = await Aedes.createBroker({
    ...hooks,
    drainTimeout: drainTimeoutMs,
    maximumPacketSize: maxPacketBytes,
    receiveMaximum: maxUnacknowledged,
    topicAliasMaximum: maxTopicAlias,
    sessionExpiryIntervalLimit: maxSessionExpirySeconds,
  });
  aedes.on('unsubscribe', unsubscribed);
  reportErrors(aedes, options.report);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    aedes.handle(guard(socket, options));
  });
  const close = (): Promise<void> => stop(aedes, server, sockets);
  try {
    return { port: await listen(server, { ...options, name: 'MQTT' }), close };
  } catch (error) {
    await close();
    throw error;
  }
};

const reportErrors = (aedes: Aedes, report: BrokerOptions['report']): void => {
  aedes.on('clientError', (client, error) => report(`MQTT client ${client.id}: ${error.message}.`));
  aedes.on('connectionError', (_client, error) => report(`MQTT connection refused: ${error.message}.`));
  // The broker's own type does not know this event, but an emitter without a listener for it throws.
  const emitter: EventEmitter = aedes;
  emitter.on('error', (error: Error) => report(`MQTT broker: ${error.message}.`));
};

/** Clients of MQTT 5 are told first; then every socket goes, also those that never sent a CONNECT or do not read. */
const stop = async (aedes: Aedes, server: Server, sockets: ReadonlySet<Socket>): Promise<void> => {
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  await new Promise<void>((resolve) => aedes.close(resolve));
  for (const socket of sockets) socket.destroySoon();
  const late = setTimeout(() => sockets.forEach((socket) => socket.destroy()), 500);
  await closed;
  clearTimeout(late);
};

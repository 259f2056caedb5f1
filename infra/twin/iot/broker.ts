import type { EventEmitter } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type Client, type Connection } from 'aedes';
import { listen } from '../listen.ts';
import { createHooks, type HookOptions } from './brokerHooks.ts';
import { guard } from './frontGuard.ts';
import { createPresence, type PresenceEvent } from './presence.ts';
import { maxPacketBytes, maxSessionExpirySeconds, maxTopicAlias, maxUnacknowledged } from './limits.ts';

export type BrokerOptions = HookOptions & {
  host: string;
  /** 0 takes any free port. */
  port: number;
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
  const onDisconnect = publishPresence(aedes, options);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    aedes.handle(guard(socket, { ...options, onDisconnect }));
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
  // Every message on its way to a client fails with it; one line is enough.
  const last = new WeakMap<Client, string>();
  aedes.on('clientError', (client, { message }) => {
    if (last.get(client) !== message) report(`MQTT client ${client.id}: ${message}.`);
    last.set(client, message);
  });
  aedes.on('connectionError', (_client, error) => report(`MQTT connection refused: ${error.message}.`));
  // The broker's own type does not know this event, but an emitter without a listener for it throws.
  const emitter: EventEmitter = aedes;
  emitter.on('error', (error: Error) => report(`MQTT broker: ${error.message}.`));
};

/** Lifecycle events go to rules and subscribers alike. Returns what to call when a client sends DISCONNECT. */
const publishPresence = (aedes: Aedes, options: BrokerOptions): ((connection: Connection) => void) => {
  const presence = createPresence(options.clock);
  const left = new WeakSet<Connection>();
  const publish = ({ id }: Client, event: PresenceEvent): void => {
    if (aedes.closed) return;
    const message = presence(id, event);
    const { topic, payload } = message;
    aedes.publish({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false }, () => undefined);
    options
      .onPublish(message)
      .catch((error: unknown) => options.report(`MQTT message to ${topic} was lost: ${String(error)}.`));
  };
  aedes.on('clientReady', (client) => publish(client, { kind: 'connected' }));
  aedes.on('clientDisconnect', (client) =>
    publish(client, {
      kind: 'disconnected',
      reason: left.has(client.conn) ? 'CLIENT_INITIATED_DISCONNECT' : 'CONNECTION_LOST',
    }),
  );
  return (connection) => void left.add(connection);
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

import type { EventEmitter } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type Client } from 'aedes';
import { workTime, type Clock } from '../clock.ts';
import { noFaults, type Faults } from '../faults/faults.ts';
import { listen } from '../listen.ts';
import { createMeter, type Meter } from '../meter.ts';
import type { Report } from '../report.ts';
import type { Witness } from '../witness.ts';
import { createHooks, type BrokerHooks, type HookOptions } from './brokerHooks.ts';
import { createDisconnectReasons, type DisconnectReasons } from './disconnectReasons.ts';
import { guard } from './frontGuard.ts';
import { createMessageMeter } from './iotMeter.ts';
import { createPresence, type Presence } from './presence.ts';
import { publishPresence } from './publishPresence.ts';
import { maxPacketBytes, maxSessionExpirySeconds, maxTopicAlias, maxUnacknowledged } from './limits.ts';

export type BrokerOptions = Pick<HookOptions, 'onPublish'> & {
  host: string;
  /** 0 takes any free port. */
  port: number;
  clock: Clock;
  faults?: Pick<Faults, 'hit' | 'onSet'>;
  meter?: Pick<Meter, 'add'>;
  witness?: Witness;
  /** Gets a line for everything that is refused or thrown away. */
  report: Report;
};

export type Broker = {
  port: number;
  /** Disconnects every client and stops listening, within a second. */
  close: () => Promise<void>;
};

/** A client that reads nothing for so long is cut; until then it may hold up deliveries to others. */
const drainTimeoutMs = 5_000;

/** How often a restart asks for its port, and how long it waits in between, ms of wall time. */
const portTries = 10;
const portPauseMs = 100;

/**
 * Starts an MQTT broker (3.1.1 and 5) with the limits of AWS IoT Core in front. Not as on AWS: no shared subscriptions,
 * no limit on bytes or deliveries per second, no "Maximum QoS" in the CONNACK of MQTT 5, sessions of MQTT 3.1.1 never
 * expire. Throws TwinError `port_taken`.
 */
export const startBroker = async (options: BrokerOptions): Promise<Broker> => {
  const { clock, faults = noFaults, witness = () => undefined } = options;
  const meter = createMessageMeter(options.meter ?? createMeter(), clock);
  // Outlives a restart, as AWS remembers the version numbers of its clients.
  const presence = createPresence(clock);
  const startOn = (port: number) => startServer({ ...options, port, faults, witness, meter, presence });
  const first = await startOn(options.port);
  const { port } = first;
  let running: Promise<RunningServer | undefined> = Promise.resolve(first);
  let closed = false;

  /** Somebody else may take the port in between: so often it is asked for again, then there is no broker. */
  const startAgain = async (triesLeft = portTries): Promise<RunningServer | undefined> => {
    try {
      return await startOn(port);
    } catch (error) {
      if (closed) return undefined;
      if (triesLeft <= 1) {
        options.report(`The MQTT broker is not back from its restart: ${String(error)}`);
        return undefined;
      }
    }
    await new Promise<void>((resolve) => void clock.after(workTime(clock, portPauseMs), resolve));
    return startAgain(triesLeft - 1);
  };

  faults.onSet('mqtt.restart', async (chance) => {
    if (closed || !chance()) return 0;
    running = running.then(async (former) => {
      await former?.cut();
      return startAgain();
    });
    await running;
    return 1;
  });
  return {
    port,
    close: async () => {
      closed = true;
      await (await running)?.close();
      meter.close();
    },
  };
};

type ServerOptions = HookOptions & { host: string; port: number; presence: Presence };

type RunningServer = Broker & {
  /** Ends every connection without a word, and stops listening. */
  cut: () => Promise<void>;
};

const startServer = async (options: ServerOptions): Promise<RunningServer> => {
  const { unsubscribed, ...hooks } = createHooks(options);
  const reasons = createDisconnectReasons();
  const clients = new Map<string, Client>();
  const aedes = await Aedes.createBroker({
    ...hooks,
    authenticate: watchTakeovers(hooks.authenticate, clients, reasons),
    drainTimeout: drainTimeoutMs,
    maximumPacketSize: maxPacketBytes,
    receiveMaximum: maxUnacknowledged,
    topicAliasMaximum: maxTopicAlias,
    sessionExpiryIntervalLimit: maxSessionExpirySeconds,
  });
  aedes.on('unsubscribe', unsubscribed);
  reportErrors(aedes, options.report);
  aedes.on('clientReady', (client) => {
    clients.set(client.id, client);
    options.meter.connected(client);
  });
  aedes.on('clientDisconnect', (client) => {
    clients.delete(client.id);
    options.meter.disconnected(client);
  });
  const addresses = new WeakMap<object, string>();
  const addressOf = (connection: object): string => addresses.get(connection) ?? options.host;
  publishPresence(aedes, { ...options, reasons, addressOf });
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const stream = guard(socket, { ...options, onEnd: reasons.note });
    if (socket.remoteAddress !== undefined) addresses.set(stream, socket.remoteAddress);
    aedes.handle(stream);
  });
  const close = (): Promise<void> => stop(aedes, server, sockets);
  const cut = (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    return close();
  };
  try {
    return { port: await listen(server, { ...options, name: 'MQTT' }), close, cut };
  } catch (error) {
    await close();
    throw error;
  }
};

const reportErrors = (aedes: Aedes, report: Report): void => {
  // Every message on its way to a client fails with it; one line is enough.
  const last = new WeakMap<Client, string>();
  aedes.on('clientError', (client, { message }) => {
    if (aedes.closed) return; // It ends them all, so what they do not take is nobody's error.
    if (last.get(client) !== message) report(`MQTT client ${client.id}: ${message}.`);
    last.set(client, message);
  });
  aedes.on('connectionError', (_client, error) => report(`MQTT connection refused: ${error.message}.`));
  // The broker's own type does not know this event, but an emitter without a listener for it throws.
  const emitter: EventEmitter = aedes;
  emitter.on('error', (error: Error) => report(`MQTT broker: ${error.message}.`));
};

/** Notes of a connected client that another comes with its id, which ends it. */
const watchTakeovers =
  (
    authenticate: BrokerHooks['authenticate'],
    clients: ReadonlyMap<string, Client>,
    reasons: DisconnectReasons,
  ): BrokerHooks['authenticate'] =>
  (client, ...rest) => {
    const former = clients.get(client.id);
    if (former !== undefined) reasons.note(former.conn, 'DUPLICATE_CLIENTID');
    authenticate(client, ...rest);
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

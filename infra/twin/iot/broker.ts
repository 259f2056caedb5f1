import type { EventEmitter } from 'node:events';
import { Aedes, type Client } from 'aedes';
import { workTime, type Clock } from '../clock.ts';
import { noFaults, type Faults } from '../faults/faults.ts';
import { createMeter, type Meter } from '../meter.ts';
import type { Report } from '../report.ts';
import type { Witness } from '../witness.ts';
import { countRepeats } from './countRepeats.ts';
import { createHooks, notAuthorized, type BrokerHooks, type HookOptions } from './brokerHooks.ts';
import { createDisconnectReasons, type DisconnectReasons } from './disconnectReasons.ts';
import { guard } from './frontGuard.ts';
import { createMessageMeter } from './iotMeter.ts';
import { createListeners } from './listeners.ts';
import type { Permissions } from '../iotPolicy/permissions.ts';
import type { IotAction } from '../iotPolicy/policy.ts';
import { createPresence, type Presence } from './presence.ts';
import { publishPresence } from './publishPresence.ts';
import type { ServerIdentity } from './secureServer.ts';
import { maxPacketBytes, maxSessionExpirySeconds, maxTopicAlias, maxUnacknowledged } from './limits.ts';

export type BrokerOptions = Pick<HookOptions, 'onPublish'> & {
  host: string;
  /** 0 takes any free port. */
  port: number;
  clock: Clock;
  faults?: Pick<Faults, 'hit' | 'onSet'>;
  meter?: Pick<Meter, 'add'>;
  witness?: Witness;
  /** A second port, for clients with certificates; without it there is only the one where everything is allowed. */
  secure?: SecurePort;
  /** Gets a line for everything that is refused or thrown away. */
  report: Report;
};

/** The MQTTS port: TLS on both sides, and policies that say what a certificate may do. */
export type SecurePort = {
  /** 0 takes any free port. */
  readonly port: number;
  readonly identity: ServerIdentity;
  readonly permissions: Pick<Permissions, 'refusal'>;
};

export type Broker = {
  port: number;
  /** The MQTTS port; 0 where there is none. */
  securePort: number;
  /** Disconnects the clients that showed this certificate. */
  cutCertificate: (certificateId: string) => void;
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
  const refused = countRepeats(options.report);
  const startOn = (port: number, securePort = options.secure?.port ?? 0) => {
    const { secure: given, ...rest } = options;
    const secure = given && { ...given, port: securePort };
    return startServer({ ...rest, port, faults, witness, meter, presence, secure, refused });
  };
  const first = await startOn(options.port);
  const { port, securePort } = first;
  let running: Promise<RunningServer | undefined> = Promise.resolve(first);
  let closed = false;

  /** Somebody else may take the port in between: so often it is asked for again, then there is no broker. */
  const startAgain = async (triesLeft = portTries): Promise<RunningServer | undefined> => {
    try {
      return await startOn(port, securePort);
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
    securePort,
    cutCertificate: (certificateId) => void running.then((server) => server?.cutCertificate(certificateId)),
    close: async () => {
      closed = true;
      await (await running)?.close();
      meter.close();
    },
  };
};

type ServerOptions = Omit<HookOptions, 'refusal'> & {
  host: string;
  port: number;
  presence: Presence;
  secure: SecurePort | undefined;
  /** Gets a line for every connection that is refused, however often the same. */
  refused: Report;
};

type RunningServer = Broker & {
  /** Ends every connection without a word, and stops listening. */
  cut: () => Promise<void>;
};

const startServer = async (options: ServerOptions): Promise<RunningServer> => {
  const certificates = new WeakMap<object, string>();
  const certificateOf = ({ conn }: Client): string | undefined => certificates.get(conn);
  const reasons = createDisconnectReasons();
  const refusal = refusalBy(options.secure?.permissions, certificateOf, reasons);
  const { unsubscribed, ...hooks } = createHooks({ ...options, refusal });
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
  reportErrors(aedes, options);
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
  publishPresence(aedes, { ...options, reasons, addressOf, certificateOf });
  const listeners = createListeners(options, (socket, certificateId) => {
    const stream = guard(socket, { ...options, onEnd: reasons.note });
    if (socket.remoteAddress !== undefined) addresses.set(stream, socket.remoteAddress);
    if (certificateId !== undefined) certificates.set(stream, certificateId);
    aedes.handle(stream);
  });
  // Clients of MQTT 5 are told.
  const goodbye = (): Promise<void> => new Promise((resolve) => aedes.close(resolve));
  const close = (): Promise<void> => listeners.close(goodbye);
  try {
    return {
      ...(await listeners.listen()),
      cutCertificate: (certificateId) => {
        const shown = [...clients.values()].filter((client) => certificateOf(client) === certificateId);
        for (const client of shown) {
          reasons.note(client.conn, 'AUTH_ERROR');
          client.disconnect({ reasonCode: notAuthorized });
        }
      },
      close,
      cut: () => {
        listeners.cut();
        return close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
};

/** Asks the permissions about clients that showed a certificate; the others may do everything. */
const refusalBy =
  (
    permissions: SecurePort['permissions'] | undefined,
    certificateOf: (client: Client) => string | undefined,
    reasons: DisconnectReasons,
  ): HookOptions['refusal'] =>
  (client, action, name) => {
    const certificateId = certificateOf(client);
    if (certificateId === undefined) return undefined;
    const reason = permissions?.refusal({ certificateId, clientId: client.id }, action, name);
    if (reason !== undefined && endsConnection(action)) reasons.note(client.conn, 'AUTH_ERROR');
    return reason;
  };

/** What AWS answers by closing the connection; a subscription and a delivery are just not made. */
const endsConnection = (action: IotAction): boolean =>
  action === 'iot:Publish' || action === 'iot:RetainPublish';

const reportErrors = (aedes: Aedes, { report, refused }: Pick<ServerOptions, 'report' | 'refused'>): void => {
  // Every message on its way to a client fails with it; one line is enough.
  const last = new WeakMap<Client, string>();
  aedes.on('clientError', (client, { message }) => {
    if (aedes.closed) return; // It ends them all, so what they do not take is nobody's error.
    if (last.get(client) !== message) report(`MQTT client ${client.id}: ${message}.`);
    last.set(client, message);
  });
  aedes.on('connectionError', (_client, error) => refused(`MQTT connection refused: ${error.message}.`));
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

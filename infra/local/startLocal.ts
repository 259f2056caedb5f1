import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { buildPage } from '../../dashboard/build.ts';
import { startDashboard, type SignInConfig } from '../../dashboard/server.ts';
import { fleetOf } from '../../devices/fleet.ts';
import type { Model } from '../../devices/models/model.ts';
import { models } from '../../devices/models/models.ts';
import { withDefaults, type SimulateSettings } from '../../devices/settings.ts';
import { simulate, type Summary } from '../../devices/simulate.ts';
import { startControl } from './control.ts';
import { host, type LocalPorts } from './ports.ts';
import { createSightings } from './sightings.ts';
import { parseSettings, type SettingsInput } from '../settings.ts';
import { synthesize } from '../synth.ts';
import { createTally, type Tally } from './tally.ts';
import { bootTwin, type Twin, type TwinOptions } from '../twin/boot.ts';
import { scaledClock, type Clock } from '../twin/clock.ts';
import { createFaults, type Faults } from '../twin/faults/faults.ts';
import type { RunningIssuer } from '../twin/cognito/issuer.ts';
import { createMeter, type Meter, type Usage } from '../twin/meter.ts';
import { readCloudAssembly } from '../twin/template/cloudAssembly.ts';
import type { Witness } from '../twin/witness.ts';
import { workFolder } from './workFolder.ts';

export type LocalOptions = {
  readonly ports: LocalPorts;
  /** How many devices to simulate, 0 for none. */
  readonly devices: number;
  /** Readings per second and device. */
  readonly rate: number;
  /** A folder that keeps the tables from one start to the next. */
  readonly data?: string | undefined;
  /** Settings of the stack other than a laptop's. */
  readonly settings?: Pick<
    SettingsInput,
    'ingest' | 'subscriptionCacheMs' | 'historyMinutes' | 'apiKeys' | 'logLevel'
  >;
  /** What goes wrong on purpose. */
  readonly faults?: Faults;
  /** Counts what AWS would bill. */
  readonly meter?: Meter;
  /** Is told what passes through the twin. */
  readonly witness?: Witness;
  /** Is told of every decision about what a role may do. */
  readonly onDecision?: TwinOptions['onDecision'];
  /** How many times sooner than on AWS a failed asynchronous event is tried again, for tests; 1 by default. */
  readonly retrySpeed?: number;
  /** The twin's time, for tests; the wall clock by default. */
  readonly clock?: Clock;
  /** Where people sign in on the page; by default they need not, and get a development token. */
  readonly signIn?: SignInConfig;
  /** Is told every line of the access log of the viewers' API. */
  readonly accessLog?: (entry: { stage: string; line: string }) => void;
  /** What is not right here. */
  readonly report: (line: string) => void;
  /** What is not right with what devices send. */
  readonly advise?: (line: string) => void;
  readonly log: (entry: { functionName: string; line: string }) => void;
};

/** Fieldcast, whole, on this machine. */
export type Local = {
  readonly dashboardUrl: string;
  readonly webSocketUrl: string;
  readonly mqttUrl: string;
  /** For devices with certificates, bound by the stack's IoT policy. */
  readonly mqttsUrl: string;
  /** The AWS IoT API, which makes such certificates; the CA of the MQTTS port is at `{iotUrl}/ca.pem`. */
  readonly iotUrl: string;
  readonly notRun: Twin['notRun'];
  readonly sign: RunningIssuer['sign'];
  /** The rejects kept so far, as the filter wrote them. */
  readonly rejects: () => readonly string[];
  /** The bodies of the messages in a queue, by its URL or ARN. */
  readonly messagesIn: Twin['messagesIn'];
  /** The messages that ran out of retries. */
  readonly failures: () => readonly string[];
  /** The stack's outputs: the queues' URLs are among them. */
  readonly outputs: Twin['outputs'];
  /** Who may do what, and who may invoke which function. */
  readonly access: Twin['access'];
  readonly invocations: Twin['invocations'];
  /** What became of everything since the start. */
  readonly tally: () => LocalTally;
  /** What AWS would have billed since the start. */
  readonly usage: () => Usage;
  /** Stops everything within two seconds. Resolves to what the simulator did, if it ran. */
  readonly close: () => Promise<Summary | undefined>;
};

/** The tally, and what waits in queues. */
export type LocalTally = Tally & {
  /** Messages on topics that no rule takes. */
  readonly unrouted: number;
  readonly queues: Readonly<Record<'ingest' | 'later' | 'rejects' | 'failures', number>>;
  /** Asynchronous invocations that have not succeeded yet: in work, waiting for their turn, or for another try. */
  readonly events: number;
  /** What the IoT policy refused to devices with certificates, by action. */
  readonly denied?: ReturnType<Twin['denied']>;
  /** What was refused to functions and rules, as their roles do not allow it, by action. */
  readonly deniedToRoles?: ReturnType<Twin['access']['denied']>;
  readonly faults: ReturnType<Faults['injected']>;
};

/** A page may be opened under either name of this machine, and an Origin is compared exactly. */
const originsOf = (port: number): string[] => [`http://${host}:${port}`, `http://localhost:${port}`];

const bootStack = async (options: LocalOptions): Promise<Twin> => {
  const folder = await workFolder();
  const removeNow = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeNow); // Also when it is stopped half-way.
  const removeFolder = async () => {
    process.off('exit', removeNow);
    await rm(folder, { recursive: true, force: true });
  };
  const { dashboard, websocket, dynamodb, issuer, sqs, mqtt, mqtts, iot } = options.ports;
  try {
    const settings = parseSettings({
      ...options.settings,
      allowedOrigins: originsOf(dashboard),
      hosting: false, // The page is served from here.
    });
    const stack = readCloudAssembly(synthesize(settings, folder));
    const twin = await bootTwin({
      ...options,
      host,
      stack,
      ports: { webSocket: websocket, dynamodb, issuer, sqs, mqtt, mqtts, iot },
    });
    const close = async (): Promise<void> => {
      try {
        await twin.close();
      } finally {
        await removeFolder();
      }
    };
    return { ...twin, close };
  } catch (error) {
    await removeFolder();
    throw error;
  }
};

/** What the fields of simulated devices are measured in, by type. */
const unitsOf = (of: readonly Model[]): Record<string, Record<string, string>> =>
  Object.fromEntries(
    of.map(({ type, fields }) => [
      type,
      Object.fromEntries(
        Object.entries(fields).flatMap(([field, { unit }]) => (unit === undefined ? [] : [[field, unit]])),
      ),
    ]),
  );

const output = ({ outputs }: Twin, name: string): string => {
  const value = outputs[name];
  if (value === undefined) throw new Error(`The stack has no output "${name}".`);
  return value;
};

/** Runs the simulator until `stop`; a simulator that fails is reported and leaves the rest running. */
const startDevices = (options: LocalOptions, settings: SimulateSettings, stop: AbortSignal) =>
  options.devices === 0
    ? Promise.resolve(undefined)
    : simulate(settings, { signal: stop }).catch((error: unknown) => {
        options.report(`The simulator stopped: ${String(error)}`);
        return undefined;
      });

/**
 * Starts the twin on the synthesized template, the dashboard and the simulator. When it resolves, everything listens.
 * Whatever fails, what was started before is stopped again.
 */
export const startLocal = async (given: LocalOptions): Promise<Local> => {
  const { ports } = given;
  const { clock = scaledClock(), meter = createMeter() } = given;
  const { faults = createFaults({ seed: 1, clock }) } = given;
  const tally = createTally();
  const sightings = createSightings();
  let unrouted = 0;
  const toldReasons = new Set<string>();
  /** Once for each reason: a device that says it again and again would say nothing else. */
  const tellRejected = (line: string): void => {
    const reason = line.includes('"MessagesRejected"') ? /"reason":"(\w+)"/.exec(line)?.[1] : undefined;
    if (reason === undefined || toldReasons.has(reason)) return;
    toldReasons.add(reason);
    given.advise?.(
      `A message was rejected, ${reason}: http://${host}:${ports.control}/rejects has it, and what to do about it.`,
    );
  };
  const options: LocalOptions = {
    ...given,
    clock,
    meter,
    faults,
    witness: (sighting) => {
      if (sighting.hop === 'unrouted') unrouted += 1;
      given.witness?.(sighting);
      sightings.tell(sighting);
    },
    log: (entry) => {
      if (tally.take(entry.line)) tellRejected(entry.line);
      else given.log(entry);
    },
  };
  const running: (() => Promise<unknown>)[] = [];
  const closeAll = async () => {
    const ends = await Promise.allSettled(running.splice(0).map((close) => close()));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  };
  try {
    const building = buildPage();
    building.catch(() => undefined); // Heard below, once the twin can be closed.
    const twin = await bootStack(options);
    running.push(twin.close);
    const { sign } = twin;
    if (sign === undefined) throw new Error('The stack has no user pool.');
    await building;

    const mqttUrl = `mqtt://${host}:${ports.mqtt}`;
    const webSocketUrl = output(twin, 'WebSocketUrl');
    const simulated = { devices: options.devices, rate: options.rate, broker: mqttUrl };
    const { seed, regions } = withDefaults(simulated, 0);
    const types = fleetOf(Math.max(options.devices, regions.length), regions, seed).map(({ type }) => type);
    const dashboard = await startDashboard({
      host,
      port: ports.dashboard,
      config: {
        webSocketUrl,
        mqttUrl,
        suggestions: { regions: [...regions], types: [...new Set(types)] },
        units: unitsOf(models),
        ...(options.signIn && { signIn: options.signIn }),
      },
      ...(options.signIn === undefined && {
        developmentToken: ({ grants = ['*'] }) =>
          sign({ subject: 'dashboard', groups: grants, expiresIn: '12h' }), // Longer than a connection lives.
      }),
    });
    running.push(dashboard.close);

    const stop = new AbortController();
    const devices = startDevices(options, simulated, stop.signal);
    const queueUrls = {
      ingest: output(twin, 'IngestQueueUrl'),
      later: output(twin, 'LaterQueueUrl'),
      rejects: output(twin, 'RejectsQueueUrl'),
      failures: output(twin, 'FailuresQueueUrl'),
    };
    const depthOf = (name: keyof typeof queueUrls): number => twin.messagesIn(queueUrls[name]).length;
    const told: Pick<Local, 'outputs' | 'tally' | 'usage'> = {
      outputs: twin.outputs,
      tally: () => ({
        ...tally.read(),
        unrouted,
        queues: {
          ingest: depthOf('ingest'),
          later: depthOf('later'),
          rejects: depthOf('rejects'),
          failures: depthOf('failures'),
        },
        events: twin.unfinishedEvents(),
        denied: twin.denied(),
        deniedToRoles: twin.access.denied(),
        faults: faults.injected(),
      }),
      usage: meter.read,
    };
    const rejects = () => twin.messagesIn(queueUrls.rejects);
    running.push((await startControl({ ...told, rejects, faults, sightings, port: ports.control })).close);
    return {
      ...told,
      dashboardUrl: dashboard.url,
      webSocketUrl,
      mqttUrl,
      mqttsUrl: twin.mqttsUrl,
      iotUrl: twin.iotUrl,
      notRun: twin.notRun,
      sign,
      access: twin.access,
      invocations: twin.invocations,
      messagesIn: twin.messagesIn,
      rejects,
      failures: () => twin.messagesIn(queueUrls.failures),
      close: async () => {
        stop.abort();
        const summary = await devices;
        await closeAll();
        return summary;
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
};

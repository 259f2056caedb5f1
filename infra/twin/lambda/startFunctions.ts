import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { noJournal, type Journal, type OpenJournal } from '../journal/journal.ts';
import type { Faults } from '../faults/faults.ts';
import type { Meter } from '../meter.ts';
import type { Report } from '../report.ts';
import type { Resource } from '../resource.ts';
import type { Witness } from '../witness.ts';
import { createAsyncEvents, type AsyncEvents, type KeptEvent } from './asyncEvents.ts';
import { createPool, type EnvironmentPool } from './environmentPool.ts';
import {
  defaultEventInvokeConfig,
  readEventInvokeConfigs,
  type EventInvokeConfig,
} from './eventInvokeConfig.ts';
import { startEnvironment } from './executionEnvironment.ts';
import { accessKeyIdOf, functionEnvironment } from './functionEnvironment.ts';
import { functionSettings, type FunctionSettings } from './functionSettings.ts';
import {
  maxAsyncBytes,
  maxSyncBytes,
  type AcceptResult,
  type InvokeResult,
  type RunResult,
} from './invocation.ts';
import { denial, functionNameOf, readPermissions, type Caller, type Permission } from './resourcePolicy.ts';
import { workerSource } from './workerSource.ts';

export type FunctionsOptions = {
  /** `AWS::Lambda::Function`, `::EventInvokeConfig` and `::Permission`; others are passed over. */
  resources: readonly Resource[];
  /** The directory of a function's unzipped code asset. */
  codeOf: (resource: Resource) => string;
  region: string;
  account: string;
  /** What the twin adds to every function's environment. */
  environment: Readonly<Record<string, string>>;
  clock: Clock;
  /** Takes a destination's record or a dead letter. */
  destination: (arn: string, record: unknown) => Promise<void>;
  /** Keeps asynchronous events from one start to the next; without it they end with the twin. */
  journal?: OpenJournal;
  report: Report;
  log: (entry: { functionName: string; line: string }) => void;
  /** What goes wrong. Nothing by default. */
  faults?: Pick<Faults, 'hit'>;
  meter?: Pick<Meter, 'add'>;
  witness?: Witness;
  /** How many times sooner than on AWS an asynchronous event is tried again; 1 by default. */
  retrySpeed?: number;
};

/** The functions of a template, ready to be called by name or ARN. */
export type Functions = {
  /**
   * Invocation type RequestResponse: waits for the result. With a `caller`, the function's resource-based policy
   * must allow it; without one, the call is the twin's own.
   */
  invoke: (nameOrArn: string, event: unknown, caller?: Caller) => Promise<InvokeResult>;
  /**
   * As {@link Functions.invoke}, but waits for a free environment however busy the function is. Undefined: `tooLate()`
   * held when its turn came, or the twin stopped.
   */
  invokeInTurn: (
    nameOrArn: string,
    event: unknown,
    tooLate: () => boolean,
  ) => Promise<InvokeResult | undefined>;
  /** Invocation type Event: takes the event and retries it as AWS does. Rejects with `NotKept`: it was not taken. */
  invokeAsync: (nameOrArn: string, event: unknown, caller?: Caller) => Promise<AcceptResult>;
  /** The settings of a function; undefined when the template has none of this name. */
  find: (nameOrArn: string) => FunctionSettings | undefined;
  /** The name of the function that signs with this access key id. */
  functionOf: (accessKeyId: string) => string | undefined;
  /** Goes on with the asynchronous events that the journal kept; call it when all that functions call is running. */
  resume: () => void;
  /**
   * Tells that a post to `@connections`, signed with this session token, was done. Resolves when what was to happen
   * after it (`function.crash`, `function.timeout`) has happened: it is to be answered only then.
   */
  posted: (sessionToken: string) => Promise<void>;
  /** Resolves once every asynchronous event so far had its turn, or after `withinMs` of wall time. */
  settled: (withinMs: number) => Promise<void>;
  /** Ends every worker; asynchronous events not yet done with are reported. */
  close: () => Promise<void>;
};

type Running = {
  settings: FunctionSettings;
  pool: EnvironmentPool;
  events: AsyncEvents;
  journal: Journal<KeptEvent>;
  /** Reports, once, that the function is at its limit. */
  tellExhausted: () => void;
};

/** Reads the functions of a template; a worker starts with the first event. Throws TwinError for what cannot run. */
export const startFunctions = (options: FunctionsOptions): Functions => {
  const { resources, report } = options;
  const configs = readEventInvokeConfigs(ofType(resources, 'EventInvokeConfig'), report);
  const permissions = readPermissions(ofType(resources, 'Permission'), report);
  const functions = new Map<string, Running>();
  for (const resource of ofType(resources, 'Function')) {
    const settings = functionSettings(resource, { ...options, code: options.codeOf(resource) }, report);
    functions.set(settings.name, prepare(options, settings, configs.get(settings.name)));
  }
  if (functions.size > 0) workerSource(); // made now, so that a missing one stops the start
  const keys = new Map([...functions.keys()].map((name) => [accessKeyIdOf(name), name]));

  const admit = (nameOrArn: string, event: unknown, maxBytes: number, caller?: Caller): Admitted => {
    const running = functions.get(functionNameOf(nameOrArn));
    if (running === undefined) return { reason: `Function not found: ${nameOrArn}` };
    const text = JSON.stringify(event ?? null);
    const reason = refusal({ running, permissions, text, maxBytes, caller });
    return reason === undefined ? { running, text } : { reason };
  };

  return {
    invoke: async (nameOrArn, event, caller) => {
      const admitted = admit(nameOrArn, event, maxSyncBytes, caller);
      if ('reason' in admitted) return { kind: 'denied', reason: admitted.reason };
      if (isThrottled(admitted.running)) {
        admitted.running.tellExhausted();
        return throttled;
      }
      const result = await runOn(options, admitted.running, admitted.text, randomUUID(), () => false);
      return result ?? stopped;
    },
    invokeInTurn: async (nameOrArn, event, tooLate) => {
      const admitted = admit(nameOrArn, event, maxSyncBytes);
      if ('reason' in admitted) return { kind: 'denied', reason: admitted.reason };
      return runOn(options, admitted.running, admitted.text, randomUUID(), tooLate);
    },
    invokeAsync: async (nameOrArn, event, caller) => {
      const admitted = admit(nameOrArn, event, maxAsyncBytes, caller);
      if ('reason' in admitted) return { accepted: false, reason: admitted.reason };
      await admitted.running.events.accept(admitted.text, randomUUID());
      return { accepted: true };
    },
    find: (nameOrArn) => functions.get(functionNameOf(nameOrArn))?.settings,
    functionOf: (accessKeyId) => keys.get(accessKeyId),
    resume: () => {
      for (const { events } of functions.values()) events.resume();
    },
    posted: () => Promise.resolve(),
    settled: async (withinMs) => {
      const all = Promise.all([...functions.values()].map(({ events }) => events.settled()));
      const patience = new AbortController();
      await Promise.race([
        all,
        wait(withinMs, undefined, { signal: patience.signal }).catch(() => undefined),
      ]);
      patience.abort();
    },
    close: async () => {
      await Promise.all([...functions.values()].map((running) => stop(running, report)));
    },
  };
};

type Admitted = { running: Running; text: string } | { reason: string };

/** A synchronous call beyond the reserved concurrency is refused at once (Lambda API reference, Invoke, 429). */
const throttled: RunResult = {
  kind: 'error',
  errorType: 'TooManyRequestsException',
  errorMessage: 'Rate Exceeded.',
};

/** Without reserved concurrency AWS would start another environment, so there the caller waits for one instead. */
const isThrottled = ({ settings, pool }: Running): boolean => settings.isReserved && pool.isExhausted();

const stopped: RunResult = {
  kind: 'error',
  errorType: 'Sandbox.Stopped',
  errorMessage: 'The twin stopped before the function had its turn.',
};

const ofType = (resources: readonly Resource[], name: string): Resource[] =>
  resources.filter(({ type }) => type === `AWS::Lambda::${name}`);

const refusal = (call: {
  running: Running;
  permissions: readonly Permission[];
  text: string;
  maxBytes: number;
  caller: Caller | undefined;
}): string | undefined => {
  const { name, concurrency } = call.running.settings;
  const denied = call.caller === undefined ? undefined : denial(call.permissions, name, call.caller);
  if (denied !== undefined) return denied;
  const bytes = Buffer.byteLength(call.text);
  if (bytes > call.maxBytes) {
    return `Request must be smaller than ${call.maxBytes} bytes for the InvokeFunction operation; function ${name} was sent ${bytes}.`;
  }
  return concurrency === 0 ? `Rate Exceeded: function ${name} has a reserved concurrency of 0.` : undefined;
};

const prepare = (
  options: FunctionsOptions,
  settings: FunctionSettings,
  config: EventInvokeConfig = defaultEventInvokeConfig,
): Running => {
  const variables = functionEnvironment(settings, options.region, options.environment);
  const log = (line: string): void => options.log({ functionName: settings.name, line });
  const start = () => startEnvironment({ settings, variables, clock: options.clock, log });
  const tellExhausted = once(() => options.report(exhausted(settings)));
  const limit = Math.max(1, settings.concurrency);
  const pool = createPool({ start, limit, onExhausted: tellExhausted });
  const run: Parameters<typeof createAsyncEvents>[0]['run'] = (event, requestId, tooLate) =>
    runOn(options, { settings, pool }, event, requestId, tooLate);
  const journal = (options.journal ?? noJournal)<KeptEvent>(`function-${settings.name}`);
  const events = createAsyncEvents({ ...options, settings, config, run, journal });
  return { settings, pool, events, journal, tellExhausted };
};

const once = (action: () => void): (() => void) => {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
};

const exhausted = ({ name, concurrency, isReserved }: FunctionSettings): string =>
  isReserved
    ? `Function ${name}: its reserved concurrency of ${concurrency} is used up; synchronous calls beyond it are throttled, others wait (said once).`
    : `Function ${name}: ${concurrency} execution environments are busy, the most the twin starts; further calls wait, where AWS would start more (said once).`;

/** Waits for an environment and runs the event there. Undefined: it was too late by then, or the twin stopped. */
const runOn = async (
  { log }: FunctionsOptions,
  { settings, pool }: { settings: FunctionSettings; pool: EnvironmentPool },
  event: string,
  requestId: string,
  tooLate: () => boolean,
): Promise<RunResult | undefined> => {
  const environment = await pool.take();
  if (environment === undefined) return undefined;
  const result = tooLate() ? undefined : await environment.run(event, requestId);
  pool.give(environment);
  // Stopping ends whatever runs; that is no error of the function's.
  if (result?.kind === 'error' && !pool.isClosed()) {
    log({ functionName: settings.name, line: `ERROR Invoke Error ${requestId} ${JSON.stringify(result)}` });
  }
  return result;
};

const stop = async ({ settings, pool, events, journal }: Running, report: Report): Promise<void> => {
  const waiting = events.close();
  await pool.close();
  await journal.close();
  if (waiting === 0) return;
  const then = journal.isKept ? '; they are kept and run at the next start' : '';
  report(
    `Function ${settings.name}: ${waiting} asynchronous events were still waiting when the twin stopped${then}.`,
  );
};

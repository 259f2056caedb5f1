import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Resource } from '../resource.ts';
import { readEventInvokeConfigs } from './eventInvokeConfig.ts';
import { accessKeyIdOf } from './functionEnvironment.ts';
import { functionSettings, type FunctionSettings } from './functionSettings.ts';
import {
  maxAsyncBytes,
  maxSyncBytes,
  type AcceptResult,
  type InvokeResult,
  type RunResult,
} from './invocation.ts';
import { denial, functionNameOf, readPermissions, type Caller, type Permission } from './resourcePolicy.ts';
import { runFunction, type InWork, type RunningFunction, type RunOptions } from './runningFunction.ts';
import { workerSource } from './workerSource.ts';

export type FunctionsOptions = RunOptions & {
  /** `AWS::Lambda::Function`, `::EventInvokeConfig` and `::Permission`; others are passed over. */
  resources: readonly Resource[];
  /** The directory of a function's unzipped code asset. */
  codeOf: (resource: Resource) => string;
  account: string;
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
  /** Who may invoke which function. */
  permissions: readonly Permission[];
  /** Takes a permission away while everything runs; returns what gives it back. */
  suspend: (permission: Permission) => () => void;
  /** Goes on with the asynchronous events that the journal kept; call it when all that functions call is running. */
  resume: () => void;
  /**
   * Tells that a post to `@connections`, signed with this session token, was done. Resolves when what was to happen
   * after it (`function.crash`, `function.timeout`) has happened: it is to be answered only then.
   */
  posted: (sessionToken: string) => Promise<void>;
  /** Asynchronous events that were neither handled nor handed to a destination yet. */
  unfinishedEvents: () => number;
  /** Resolves once every asynchronous event so far had its turn, or after `withinMs` of wall time. */
  settled: (withinMs: number) => Promise<void>;
  /** Ends every worker; asynchronous events not yet done with are reported. */
  close: () => Promise<void>;
};

/** Reads the functions of a template; a worker starts with the first event. Throws TwinError for what cannot run. */
export const startFunctions = (options: FunctionsOptions): Functions => {
  const { resources, report } = options;
  const configs = readEventInvokeConfigs(ofType(resources, 'EventInvokeConfig'), report);
  const permissions = readPermissions(ofType(resources, 'Permission'), report);
  const suspended = new Set<Permission>();
  const functions = new Map<string, RunningFunction>();
  const inWork: InWork = new Map();
  for (const resource of ofType(resources, 'Function')) {
    const settings = functionSettings(resource, { ...options, code: options.codeOf(resource) }, report);
    functions.set(settings.name, runFunction(options, settings, configs.get(settings.name), inWork));
  }
  if (functions.size > 0) workerSource(); // made now, so that a missing one stops the start
  const keys = new Map([...functions.keys()].map((name) => [accessKeyIdOf(name), name]));

  const admit = (nameOrArn: string, event: unknown, maxBytes: number, caller?: Caller): Admitted => {
    const running = functions.get(functionNameOf(nameOrArn));
    if (running === undefined) return { reason: `Function not found: ${nameOrArn}` };
    const text = JSON.stringify(event ?? null);
    const inForce = permissions.filter((permission) => !suspended.has(permission));
    const reason = refusal({ running, permissions: inForce, text, maxBytes, caller });
    return reason === undefined ? { running, text } : { reason };
  };

  return {
    invoke: async (nameOrArn, event, caller) => {
      const admitted = admit(nameOrArn, event, maxSyncBytes, caller);
      if ('reason' in admitted) return { kind: 'denied', reason: admitted.reason };
      const { running, text } = admitted;
      if (running.isThrottled()) {
        running.tellExhausted();
        return throttled;
      }
      return (await running.run(text, randomUUID(), () => false)) ?? stopped;
    },
    invokeInTurn: async (nameOrArn, event, tooLate) => {
      const admitted = admit(nameOrArn, event, maxSyncBytes);
      if ('reason' in admitted) return { kind: 'denied', reason: admitted.reason };
      return admitted.running.run(admitted.text, randomUUID(), tooLate);
    },
    invokeAsync: async (nameOrArn, event, caller) => {
      const admitted = admit(nameOrArn, event, maxAsyncBytes, caller);
      if ('reason' in admitted) return { accepted: false, reason: admitted.reason };
      await admitted.running.events.accept(admitted.text, randomUUID());
      return { accepted: true };
    },
    find: (nameOrArn) => functions.get(functionNameOf(nameOrArn))?.settings,
    functionOf: (accessKeyId) => keys.get(accessKeyId),
    permissions,
    suspend: (permission) => {
      suspended.add(permission);
      return () => void suspended.delete(permission);
    },
    resume: () => {
      for (const { events } of functions.values()) events.resume();
    },
    posted: async (sessionToken) => inWork.get(sessionToken)?.(),
    unfinishedEvents: () => [...functions.values()].reduce((sum, { events }) => sum + events.unfinished(), 0),
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
      await Promise.all([...functions.values()].map((running) => running.close()));
    },
  };
};

type Admitted = { running: RunningFunction; text: string } | { reason: string };

/** A synchronous call beyond the reserved concurrency is refused at once (Lambda API reference, Invoke, 429). */
const throttled: RunResult = {
  kind: 'error',
  errorType: 'TooManyRequestsException',
  errorMessage: 'Rate Exceeded.',
};

const stopped: RunResult = {
  kind: 'error',
  errorType: 'Sandbox.Stopped',
  errorMessage: 'The twin stopped before the function had its turn.',
};

const ofType = (resources: readonly Resource[], name: string): Resource[] =>
  resources.filter(({ type }) => type === `AWS::Lambda::${name}`);

const refusal = (call: {
  running: RunningFunction;
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

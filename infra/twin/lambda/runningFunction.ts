import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { noFaults, type Faults } from '../faults/faults.ts';
import { noJournal, type OpenJournal } from '../journal/journal.ts';
import type { Meter } from '../meter.ts';
import type { Report } from '../report.ts';
import { createAsyncEvents, type AsyncEvents, type KeptEvent } from './asyncEvents.ts';
import { drawBreakdown } from './breakdown.ts';
import { createPool } from './environmentPool.ts';
import { defaultEventInvokeConfig, type EventInvokeConfig } from './eventInvokeConfig.ts';
import { startEnvironment, type ExecutionEnvironment } from './executionEnvironment.ts';
import { functionEnvironment } from './functionEnvironment.ts';
import type { FunctionSettings } from './functionSettings.ts';
import { logStream } from './logStream.ts';
import type { RunResult } from './invocation.ts';

export type RunOptions = {
  region: string;
  /** What the twin adds to every function's environment. */
  environment: Readonly<Record<string, string>>;
  clock: Clock;
  /** Takes a destination's record or a dead letter of a function. */
  destination: (arn: string, record: unknown, functionName: string) => Promise<void>;
  /** Whether a function may write to this stream of its log group; lines are lost without. All may by default. */
  mayLog?: (functionName: string, logGroup: string, logStream: string) => boolean;
  /** Keeps asynchronous events from one start to the next; without it they end with the twin. */
  journal?: OpenJournal;
  report: Report;
  log: (entry: { functionName: string; line: string }) => void;
  /** What goes wrong. Nothing by default. */
  faults?: Pick<Faults, 'hit'>;
  meter?: Pick<Meter, 'add'>;
  /** How many times sooner than on AWS an asynchronous event is tried again; 1 by default. */
  retrySpeed?: number;
};

/** What to call when a post was done, by the session token of the environment that runs an event right now. */
export type InWork = Map<string, () => Promise<void>>;

/** One function with its execution environments and its queue of asynchronous events. */
export type RunningFunction = {
  settings: FunctionSettings;
  /** Waits for an environment and runs the event (JSON text) there. Undefined: it was too late by then, or the twin stopped. */
  run: (event: string, requestId: string, tooLate: () => boolean) => Promise<RunResult | undefined>;
  events: AsyncEvents;
  /** Without reserved concurrency AWS would start another environment, so there a caller waits for one instead. */
  isThrottled: () => boolean;
  /** Reports, once, that the function is at its limit. */
  tellExhausted: () => void;
  /** Ends every worker; events not yet done with are reported. */
  close: () => Promise<void>;
};

/** A worker starts with the first event. */
export const runFunction = (
  options: RunOptions,
  settings: FunctionSettings,
  config: EventInvokeConfig = defaultEventInvokeConfig,
  inWork: InWork,
): RunningFunction => {
  const { clock, report, faults = noFaults, meter } = options;
  const { name } = settings;
  const variables = functionEnvironment(settings, options.region, options.environment);
  const log = (line: string, stream: string): void => {
    if (options.mayLog?.(name, settings.logGroup, stream) === false) return;
    meter?.add('lambda.log-bytes', name, Buffer.byteLength(line) + 1);
    options.log({ functionName: name, line });
  };
  const meterSince = (begun: number): void =>
    // "rounded up to the nearest 1 ms" (Lambda pricing)
    meter?.add('lambda.ms', name, Math.ceil(performance.now() - begun));
  const start = (): ExecutionEnvironment => {
    const begun = performance.now();
    const sessionToken = `twin-${randomUUID()}`;
    const logStreamName = logStream(clock);
    const environment = startEnvironment({
      settings,
      variables,
      sessionToken,
      logStreamName,
      clock,
      log: (line) => log(line, logStreamName),
    });
    // The pool lends it out only then, so that no ms is metered twice. AWS bills INIT since August 2025.
    void environment.ready.then(() => meterSince(begun));
    return environment;
  };
  const tellExhausted = once(() => report(exhausted(settings)));
  const limit = Math.max(1, settings.concurrency);
  const pool = createPool({ start, limit, onExhausted: tellExhausted });

  const runOn = async (environment: ExecutionEnvironment, event: string, requestId: string) => {
    let posts = 0;
    inWork.set(environment.sessionToken, async () => {
      const breakdown = drawBreakdown(faults, name, ++posts);
      if (breakdown !== undefined) await environment.breakOff(breakdown);
    });
    const begun = performance.now();
    const result = await environment.run(event, requestId, drawBreakdown(faults, name, 0));
    inWork.delete(environment.sessionToken);
    meter?.add('lambda.requests', name, 1);
    meterSince(begun);
    return result;
  };
  const run: RunningFunction['run'] = async (event, requestId, tooLate) => {
    const environment = await pool.take();
    if (environment === undefined) return undefined;
    const result = tooLate() ? undefined : await runOn(environment, event, requestId);
    pool.give(environment);
    // Stopping ends whatever runs; that is no error of the function's.
    if (result?.kind === 'error' && !pool.isClosed())
      log(`ERROR Invoke Error ${requestId} ${JSON.stringify(result)}`, environment.logStreamName);
    return result;
  };

  const journal = (options.journal ?? noJournal)<KeptEvent>(`function-${name}`);
  const events = createAsyncEvents({ ...options, settings, config, run, journal });
  return {
    settings,
    run,
    events,
    isThrottled: () => settings.isReserved && pool.isExhausted(),
    tellExhausted,
    close: async () => {
      events.close();
      const waiting = events.unfinished();
      await pool.close();
      await journal.close();
      if (waiting === 0) return;
      const then = journal.isKept ? '; they are kept and run at the next start' : '';
      report(
        `Function ${name}: ${waiting} asynchronous events were still waiting when the twin stopped${then}.`,
      );
    },
  };
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

import { Worker } from 'node:worker_threads';
import type { Clock } from '../clock.ts';
import { breakable, type Breakdown } from './breakdown.ts';
import { exitCause, exitError, resultOf, timeoutError } from './environmentResult.ts';
import type { FunctionSettings } from './functionSettings.ts';
import { firstOf, wallLimit, workLimit, type Ended, type TimedOut } from './firstOf.ts';
import type { RunResult } from './invocation.ts';
import { eachLine } from './lines.ts';
import { threadHeap } from './threadHeap.ts';
import type { InvokeMessage, WorkerData, WorkerMessage } from './workerMessage.ts';
import { workerSource } from './workerSource.ts';

/** One worker thread with one function loaded: it runs one event at a time and is used again while it lives. */
export type ExecutionEnvironment = {
  /**
   * Runs one event, given as JSON text, or breaks it off before the handler is called. Never rejects: crash and time-out
   * are results.
   */
  run: (event: string, requestId: string, breakdown?: Breakdown) => Promise<RunResult>;
  /** Its `AWS_SESSION_TOKEN`, which no other environment has. */
  sessionToken: string;
  logStreamName: string;
  /** Breaks off the event under way: its handler does nothing more once this resolves. */
  breakOff: (how: Breakdown) => Promise<void>;
  /** Resolves once the handler is loaded, or cannot be: `run` tells which. */
  ready: Promise<void>;
  /** False once it crashed, timed out, failed to load its handler or was closed. */
  usable: () => boolean;
  close: () => Promise<void>;
};

export type EnvironmentDependencies = {
  settings: FunctionSettings;
  variables: Readonly<Record<string, string>>;
  sessionToken: string;
  logStreamName: string;
  clock: Clock;
  log: (line: string) => void;
};

/**
 * Lambda's limit for loading the handler ("Lambda runtime environment", Init phase). In wall time, because a thread
 * does not start faster on a fast clock.
 */
const initLimitMs = 10_000;

/** Starts the thread. It loads the handler at once; a failure to do so is the result of the first `run`. */
export const startEnvironment = (dependencies: EnvironmentDependencies): ExecutionEnvironment => {
  try {
    return environmentOf(startWorker(dependencies), dependencies);
  } catch (error) {
    // Node refuses some values of NODE_OPTIONS; on AWS the runtime would not start either.
    return stillborn(String(error), dependencies);
  }
};

const stillborn = (
  cause: string,
  { sessionToken, logStreamName }: EnvironmentDependencies,
): ExecutionEnvironment => ({
  run: (_event, requestId) => Promise.resolve(exitError(requestId, cause)),
  sessionToken,
  logStreamName,
  breakOff: () => Promise.resolve(),
  ready: Promise.resolve(),
  usable: () => false,
  close: () => Promise.resolve(),
});

const environmentOf = (
  worker: Worker,
  { settings, sessionToken, logStreamName, clock, log }: EnvironmentDependencies,
): ExecutionEnvironment => {
  let usable = true;
  const breakableWorker = breakable(worker, endOf(worker, log));
  const ended = breakableWorker.ended.finally(() => (usable = false));
  const initialised = firstOf(nextMessage(worker), ended, wallLimit(initLimitMs));

  const close = async (): Promise<void> => {
    usable = false;
    await breakableWorker.close();
  };
  const failed = async (requestId: string, end: Ended | TimedOut): Promise<RunResult> => {
    await close();
    return end.type === 'ended' ? exitError(requestId, end.cause) : timeoutError(requestId, end.afterMs);
  };
  const answerTo = (event: string, requestId: string): Promise<WorkerMessage> => {
    const answer = nextMessage(worker);
    worker.postMessage(invokeMessage(settings, event, requestId, logStreamName));
    return answer;
  };

  return {
    sessionToken,
    logStreamName,
    breakOff: breakableWorker.breakOff,
    run: async (event, requestId, breakdown) => {
      const init = await initialised;
      if (init.type === 'ended' || init.type === 'timedOut') return failed(requestId, init);
      if ('error' in init) {
        await close();
        return { kind: 'error', ...init.error };
      }
      if (breakdown !== undefined) void breakableWorker.breakOff(breakdown);
      const answered = breakdown === undefined ? answerTo(event, requestId) : noAnswer();
      const answer = await firstOf(answered, ended, workLimit(clock, settings.timeoutMs));
      if (answer.type === 'ended' || answer.type === 'timedOut') return failed(requestId, answer);
      return resultOf(answer);
    },
    ready: initialised.then(() => undefined),
    usable: () => usable,
    close,
  };
};

const startWorker = ({ settings, variables, sessionToken, clock, log }: EnvironmentDependencies): Worker => {
  const { course } = clock;
  const scaled = course !== undefined && course.speed !== 1;
  const workerData: WorkerData = {
    code: settings.code,
    handler: settings.handler,
    ...(scaled ? { course } : {}),
  };
  const worker = new Worker(workerSource(), {
    eval: true,
    workerData,
    env: { ...variables, AWS_SESSION_TOKEN: sessionToken },
    argv: [],
    execArgv: [], // the parent's loader options are not the function's
    stdout: true,
    stderr: true,
    resourceLimits: threadHeap(settings.memoryMb),
  });
  eachLine(worker.stdout, log);
  eachLine(worker.stderr, log);
  return worker;
};

const noAnswer = (): Promise<WorkerMessage> => new Promise(() => undefined);

const nextMessage = (worker: Worker): Promise<WorkerMessage> =>
  new Promise((resolve) => worker.once('message', resolve));

/** Resolves when the thread is gone, in the words of Lambda's Runtime.ExitError. */
const endOf = (worker: Worker, log: (line: string) => void): Promise<Ended> =>
  new Promise((resolve) => {
    let killed = false;
    worker.once('error', (error: Error & { code?: string }) => {
      killed = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      log(error.stack ?? String(error));
    });
    worker.once('exit', (code) => resolve({ type: 'ended', cause: exitCause(killed, code) }));
  });

const invokeMessage = (
  settings: FunctionSettings,
  event: string,
  requestId: string,
  logStreamName: string,
): InvokeMessage => ({
  event,
  timeoutMs: settings.timeoutMs,
  context: {
    awsRequestId: requestId,
    functionName: settings.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: settings.arn,
    memoryLimitInMB: String(settings.memoryMb),
    logGroupName: settings.logGroup,
    logStreamName,
  },
});

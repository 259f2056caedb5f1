import { type ChildProcess, fork } from 'node:child_process';

import type { Clock } from '../clock.ts';
import { DevicesError } from '../devicesError.ts';
import { mergedCounts } from '../progress.ts';
import type { ResolvedSettings } from '../settings.ts';
import type { Counts } from '../tally.ts';
import { gate, within } from '../timing.ts';
import type { WatchedFleet } from '../watchFleet.ts';
import type { Order, Report } from './messages.ts';

/** A worker waits 10 s for acknowledgements at most, then for connections to close. */
const stopMs = 12_000;

type Worker = {
  readonly tell: (order: Order) => void;
  readonly counts: () => Counts | undefined;
  readonly eventLoopMs: () => number;
  readonly prepared: Promise<void>;
  readonly connected: Promise<void>;
  readonly over: Promise<void>;
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;
  /** Rejects when the worker cannot go on. */
  readonly failed: Promise<never>;
  readonly kill: () => void;
};

/** The same loader of TypeScript as this process has, which may have been registered otherwise than by arguments. */
const execArgv = (): string[] =>
  process.execArgv.some((arg) => arg.includes('tsx'))
    ? process.execArgv
    : [...process.execArgv, '--import', import.meta.resolve('tsx')];

const lost = (child: ChildProcess): DevicesError =>
  new DevicesError(
    'partial_failure',
    `A worker process ended unexpectedly (${child.signalCode ?? `exit code ${child.exitCode ?? '?'}`}), and its devices with it: use fewer --devices or more memory.`,
  );

const startWorker = (): Worker => {
  const child = fork(new URL('./worker.ts', import.meta.url), { execArgv: execArgv() });
  const [prepared, connected, over, gone] = [gate(), gate(), gate(), gate()];
  let [counts, eventLoopMs, isStopped]: [Counts | undefined, number, boolean] = [undefined, 0, false];
  const failed = new Promise<never>((_, reject) => {
    child.on('message', (report: Report) => {
      if (report.kind === 'counts' || report.kind === 'stopped') ({ counts, eventLoopMs } = report);
      if (report.kind === 'prepared') prepared.open();
      if (report.kind === 'connected') connected.open();
      if (report.kind === 'over') over.open();
      if (report.kind === 'stopped') isStopped = true;
      // It was a DevicesError there, so its code is one of ours.
      if (report.kind === 'failed')
        reject(new DevicesError(report.code as DevicesError['code'], report.message));
    });
    child.on('error', reject);
    child.on('exit', () => {
      gone.open();
      if (!isStopped) reject(lost(child));
    });
  });
  failed.catch(() => undefined); // Heard by whoever waits for it.
  return {
    // One that is gone has nothing to be told.
    tell: (order) => {
      if (child.connected) child.send(order);
    },
    counts: () => counts,
    eventLoopMs: () => eventLoopMs,
    prepared: prepared.opened,
    connected: connected.opened,
    over: over.opened,
    gone: gone.opened,
    failed,
    kill: () => void child.kill('SIGKILL'),
  };
};

/** Before a worker has reported. */
const noCounts: Counts = mergedCounts([]);

/** Tells all to begin, and adds up what they count. */
const startAll = (clock: Clock, workers: readonly Worker[], stopAll: () => Promise<void>): WatchedFleet => {
  const startedAt = clock.elapsed();
  let stoppedAt: number | undefined;
  let stopping: Promise<void> | undefined;
  const counts = (): Counts => mergedCounts(workers.map((worker) => worker.counts() ?? noCounts));
  const allOver = Promise.all(workers.map(({ over }) => over));
  for (const { tell } of workers) tell({ kind: 'start' });
  return {
    counts,
    seconds: () => ((stoppedAt ?? clock.elapsed()) - startedAt) / 1_000,
    eventLoopMs: () => Math.max(...workers.map(({ eventLoopMs }) => eventLoopMs())),
    connected: Promise.race(workers.map(({ connected }) => connected)),
    over: Promise.race([allOver, ...workers.map(({ failed }) => failed)]).then(() => undefined),
    stop: async () => {
      stoppedAt ??= clock.elapsed();
      await (stopping ??= stopAll());
      return counts();
    },
  };
};

/**
 * Divides the devices over `settings.workers` processes and returns what starts them all at one moment. Throws DevicesError
 * when the settings cannot be used; `over` of what runs rejects when a process is lost.
 */
export const prepareWorkers = async (
  clock: Clock,
  settings: ResolvedSettings,
): Promise<() => WatchedFleet> => {
  const { workers: of } = settings;
  const workers = Array.from({ length: of }, startWorker);
  const stopAll = async (): Promise<void> => {
    for (const { tell } of workers) tell({ kind: 'stop' });
    const allGone = Promise.all(workers.map(({ gone }) => gone));
    if (!(await within(clock, stopMs, allGone))) for (const { kill } of workers) kill();
  };
  for (const [index, { tell }] of workers.entries()) tell({ kind: 'prepare', settings, part: { index, of } });
  try {
    const allPrepared = Promise.all(workers.map(({ prepared }) => prepared));
    await Promise.race([allPrepared, ...workers.map(({ failed }) => failed)]);
  } catch (error) {
    await stopAll();
    throw error;
  }
  return () => startAll(clock, workers, stopAll);
};

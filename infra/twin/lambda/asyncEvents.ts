import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { workDone, type Clock } from '../clock.ts';
import { noFaults, type Faults } from '../faults/faults.ts';
import type { Journal } from '../journal/journal.ts';
import type { Report } from '../report.ts';
import { destinationRecord, type Condition } from './destinationRecord.ts';
import type { EventInvokeConfig } from './eventInvokeConfig.ts';
import type { FunctionSettings } from './functionSettings.ts';
import type { RunResult } from './invocation.ts';

/** The queue of asynchronous events of one function. */
export type AsyncEvents = {
  /** Takes an event (JSON text) and sees to it from here on. Rejects with `NotKept`: the event was not taken. */
  accept: (event: string, requestId: string) => Promise<void>;
  /** Goes on with the events that a former twin had accepted and was not done with, each from its first run. */
  resume: () => void;
  /** How many events were neither handled nor handed to a destination yet; those that wait for another try among them. */
  unfinished: () => number;
  /** Resolves once every event that has been accepted had its turn; those that wait for another try are not waited for. */
  settled: () => Promise<void>;
  /** Stops trying. */
  close: () => void;
};

/** An event that is not done with, by its request id. */
export type KeptEvent = { readonly event: string };

export type AsyncDependencies = {
  settings: FunctionSettings;
  config: EventInvokeConfig;
  /** Runs the event when its turn comes, unless `tooLate()` holds then: that gives undefined. */
  run: (event: string, requestId: string, tooLate: () => boolean) => Promise<RunResult | undefined>;
  clock: Clock;
  /** Keeps what was accepted until it was handled or handed to a destination. */
  journal: Journal<KeptEvent>;
  /** Takes a destination's record or a dead letter of a function. */
  destination: (arn: string, record: unknown, functionName: string) => Promise<void>;
  report: Report;
  faults?: Pick<Faults, 'hit'>;
  /** How many times sooner than on AWS an event is tried again; 1 by default. */
  retrySpeed?: number;
};

/**
 * Events of one function in work at once. AWS adds environments as events come in; here that would only share the same
 * few cores among more of them, each with cold caches of its own, until all of them time out. So the others wait.
 */
const maxAtOnce = Math.max(4, 2 * availableParallelism());

/** Waits before the first and the second retry (Lambda guide, "Error handling for asynchronous invocation"). */
const retryAfterMs = [60_000, 120_000];

type Ending = { condition: Condition; attempts: number; last: RunResult | undefined };

export const createAsyncEvents = (dependencies: AsyncDependencies): AsyncEvents => {
  const { settings, config, clock, journal, run, report, faults = noFaults, retrySpeed = 1 } = dependencies;
  const atOnce = pLimit(maxAtOnce);
  const turns = new Set<Promise<unknown>>();
  let unfinished = 0;
  let closed = false;

  const pause = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));

  /** Keeps an event from its first run, where the switch `invoke.delay` says so; resolves to the ms it took on the clock. */
  const delay = async (): Promise<number> => {
    const delayed = faults.hit('invoke.delay', settings.name);
    if (delayed === undefined) return 0;
    await pause(delayed.ms);
    return delayed.ms;
  };

  /**
   * Runs the event until it succeeds, its retries are used up or it is too old. Of its age, pauses count as long as
   * they are on the clock, but waiting for an environment and running are work.
   */
  const attempt = async (event: string, requestId: string, maxRetries: number): Promise<Ending> => {
    let agedMs = await delay();
    let last: RunResult | undefined;
    for (let attempts = 0; ; attempts++) {
      const begun = clock.now();
      const age = (): number => agedMs + workDone(clock, clock.now() - begun);
      const turn = atOnce(() => run(event, requestId, () => age() >= config.maxAgeMs));
      turns.add(turn);
      const result = await turn.finally(() => turns.delete(turn));
      if (result === undefined) return { condition: 'EventAgeExceeded', attempts, last };
      last = result;
      if (result.kind === 'ok') return { condition: 'Success', attempts: attempts + 1, last };
      if (attempts >= maxRetries) return { condition: 'RetriesExhausted', attempts: attempts + 1, last };
      agedMs = age();
      const pauseMs = Math.min(
        (retryAfterMs[attempts] ?? 0) / retrySpeed,
        Math.max(0, config.maxAgeMs - agedMs),
      );
      await pause(pauseMs);
      agedMs += pauseMs;
    }
  };

  const see = async (event: string, requestId: string): Promise<void> => {
    const ending = await attempt(event, requestId, config.maxRetries);
    if (closed) return;
    const done = (): void => {
      unfinished--;
      journal.remove(requestId);
    };
    const handedOver = handOver(dependencies, JSON.parse(event), requestId, ending);
    // One that failed and that no destination took stays in the journal, and runs again at the next start.
    await (ending.condition === 'Success' ? handedOver.finally(done) : handedOver.then(done));
  };
  const untold = (error: unknown): void =>
    report(
      `Function ${settings.name}: no destination took what became of an asynchronous event: ${String(error)}`,
    );
  const begin = (event: string, requestId: string): void => {
    unfinished++;
    see(event, requestId).catch(untold);
    // Delivered once more though nothing failed: nobody waits for that, tries it again or has it go to a destination.
    if (faults.hit('invoke.duplicate', settings.name)) attempt(event, requestId, 0).catch(untold);
  };

  return {
    accept: async (event, requestId) => {
      await journal.put(requestId, { event });
      begin(event, requestId);
    },
    resume: () => {
      for (const [requestId, { event }] of journal.entries()) begin(event, requestId);
    },
    settled: async () => {
      await Promise.allSettled([...turns]);
    },
    unfinished: () => unfinished,
    close: () => {
      closed = true;
    },
  };
};

/** Hands the record to the destinations there are; a failure that nobody takes is reported. */
const handOver = async (
  { settings, config, clock, destination, report }: AsyncDependencies,
  event: unknown,
  requestId: string,
  ending: Ending,
): Promise<void> => {
  const record = destinationRecord({
    ...ending,
    requestId,
    functionArn: settings.arn,
    event,
    at: clock.now(),
  });
  const target = ending.condition === 'Success' ? config.onSuccess : config.onFailure;
  if (target !== undefined) await destination(target, record, settings.name);
  if (ending.condition === 'Success') return;
  // A dead-letter queue gets the event itself, without the record around it.
  if (settings.deadLetterArn !== undefined) await destination(settings.deadLetterArn, event, settings.name);
  if (target === undefined && settings.deadLetterArn === undefined) report(givenUp(settings.name, ending));
};

const givenUp = (name: string, { condition, attempts, last }: Ending): string => {
  const why = last?.kind === 'error' ? `${last.errorType}: ${last.errorMessage}` : 'it never ran';
  return (
    `Function ${name} lost an asynchronous event (${condition} after ${attempts} runs; ${why}), ` +
    'and no on-failure destination takes it.'
  );
};

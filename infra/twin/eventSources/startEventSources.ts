import type { Clock } from '../clock.ts';
import type { PollAction } from '../iam/guard.ts';
import { createMeter, type Meter } from '../meter.ts';
import type { Functions } from '../lambda/startFunctions.ts';
import type { Report } from '../report.ts';
import type { Resource } from '../resource.ts';
import type { Queues } from '../sqs/startQueues.ts';
import { TwinError } from '../twinError.ts';
import { createPollMeter } from './pollMeter.ts';
import { pollQueue } from './pollQueue.ts';
import { readQueueMapping, type QueueMapping } from './queueMapping.ts';

export type EventSourcesOptions = {
  /** `AWS::Lambda::EventSourceMapping`; others are passed over. */
  resources: readonly Resource[];
  region: string;
  clock: Clock;
  queues: Pick<Queues, 'find'>;
  functions: Pick<Functions, 'find' | 'invokeInTurn'>;
  meter?: Pick<Meter, 'add'>;
  /** Whether Lambda may do this with a queue by the function's role. It may by default. */
  mayPoll?: (functionName: string, action: PollAction, queueArn: string) => boolean;
  report: Report;
};

export type EventSources = {
  /** Stops polling; events in work are not waited for, their messages stay in the queue. */
  close: () => Promise<void>;
};

/** Starts polling for every mapping that is enabled. Throws TwinError for one that cannot run (see `readQueueMapping`). */
export const startEventSources = (options: EventSourcesOptions): EventSources => {
  const { resources, clock, queues, functions, meter = createMeter(), report } = options;
  const parts = { findQueue: queues.find, findFunction: functions.find };
  const mappings = resources
    .filter(({ type }) => type === 'AWS::Lambda::EventSourceMapping')
    .map((resource) => readQueueMapping(resource, parts, report));
  refuseTwins(mappings);
  const stop = new AbortController();
  const enabled = mappings
    .filter(({ isEnabled }) => isEnabled)
    .map((mapping) => ({ mapping, meter: createPollMeter(meter, clock, mapping.queue.settings.name) }));
  const polls = enabled.map((poller) =>
    pollQueue(
      { mayPoll: () => true, ...options, ...poller, invoke: functions.invokeInTurn },
      stop.signal,
    ).catch((error: unknown) =>
      report(`Queue ${poller.mapping.queue.settings.name} is no longer polled: ${String(error)}`),
    ),
  );
  return {
    close: async () => {
      stop.abort();
      for (const poller of enabled) poller.meter.close();
      await Promise.all(polls);
    },
  };
};

/** AWS answers ResourceConflictException to a second mapping of the same queue and function. */
const refuseTwins = (mappings: readonly QueueMapping[]): void => {
  const pairs = mappings.map(({ queue, target }) => `${queue.settings.name} and function ${target.name}`);
  const repeated = pairs.find((pair, n) => pairs.indexOf(pair) !== n);
  if (repeated === undefined) return;
  throw new TwinError(
    'repeated_event_source',
    `Two AWS::Lambda::EventSourceMapping join queue ${repeated}; leave one out.`,
  );
};

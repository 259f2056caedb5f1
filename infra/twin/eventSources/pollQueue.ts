import { availableParallelism } from 'node:os';
import { workTime, type Clock } from '../clock.ts';
import type { PollAction } from '../iam/guard.ts';
import type { InvokeResult } from '../lambda/invocation.ts';
import type { Report } from '../report.ts';
import type { Received } from '../sqs/queue.ts';
import { readBatchResponse, type BatchOutcome } from './batchOutcome.ts';
import { gatherBatch } from './gatherBatch.ts';
import type { PollMeter } from './pollMeter.ts';
import type { QueueMapping } from './queueMapping.ts';
import { sqsEvent } from './sqsEvent.ts';

/**
 * Batches of one mapping in work at once. AWS begins with five and adds more while a queue is busy; here they would share the
 * same few cores, each with an environment that has yet to start, until all of them time out. So the rest stays in the
 * queue, and the batches grow.
 */
const maxAtOnce = Math.max(2, availableParallelism());

/** How long after a receive that was refused the next one comes, ms. AWS does not say; from memory it is longer. */
const refusedPauseMs = 250;

export type PollDependencies = {
  mapping: QueueMapping;
  region: string;
  clock: Clock;
  /** Waits for a free environment; undefined when `tooLate()` held by then, or the twin stopped. */
  invoke: (nameOrArn: string, event: unknown, tooLate: () => boolean) => Promise<InvokeResult | undefined>;
  meter: PollMeter;
  /** Whether Lambda may do this with a queue by the function's role. */
  mayPoll: (functionName: string, action: PollAction, queueArn: string) => boolean;
  report: Report;
};

/**
 * Feeds a function from a queue until `signal` aborts: gathers a batch, invokes, deletes what succeeded and leaves the
 * rest to the visibility time-out and the redrive policy. While as many events are in work as may be, nothing is
 * received. Rejects only when the twin itself is broken.
 */
export const pollQueue = async (dependencies: PollDependencies, signal: AbortSignal): Promise<void> => {
  const { mapping, clock, report } = dependencies;
  const { name, visibilityTimeout } = mapping.queue.settings;
  const working = new Set<Promise<void>>();
  const may = (action: PollAction): boolean =>
    dependencies.mayPoll(mapping.target.name, action, mapping.queue.settings.arn);
  const last = { isRefused: false };
  const mayReceive = (): boolean => {
    last.isRefused = !may('sqs:GetQueueAttributes') || !may('sqs:ReceiveMessage');
    return !last.isRefused;
  };
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  // As long as work lasts on the clock, so that a message does not come again while a function is at it.
  const hiddenSeconds = workTime(clock, visibilityTimeout);
  while (!signal.aborted) {
    if (working.size >= Math.min(mapping.maxConcurrency, maxAtOnce))
      await Promise.race([...working, stopped]);
    else {
      const batch = await gatherBatch(mapping, clock, hiddenSeconds, signal, mayReceive);
      if (last.isRefused) await Promise.race([pause(clock, refusedPauseMs), stopped]);
      if (batch.length === 0) continue;
      dependencies.meter.received(batch.map(({ message }) => message));
      const work = handleBatch(dependencies, batch, signal, () => may('sqs:DeleteMessage'))
        .catch((error: unknown) => report(`A batch of queue ${name} was left alone: ${String(error)}`))
        .finally(() => working.delete(work));
      working.add(work);
    }
  }
};

const pause = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.after(ms, resolve));

const handleBatch = async (
  { mapping, region, clock, invoke, meter, report }: PollDependencies,
  batch: readonly Received[],
  signal: AbortSignal,
  mayDelete: () => boolean,
): Promise<void> => {
  const { queue, target } = mapping;
  const event = sqsEvent(batch, { queueArn: queue.settings.arn, region });
  const tooLate = () => batch.some(({ message }) => message.visibleAt <= clock.now());
  const outcome = outcomeOf(mapping, batch, await invoke(target.name, event, tooLate));
  if (signal.aborted) return;
  if ('why' in outcome)
    report(`Queue ${queue.settings.name} keeps a batch of ${batch.length}: ${outcome.why}.`);
  let deleted = 0;
  for (const { message, receiptHandle, visibleAgainAt } of batch)
    if ('why' in outcome || outcome.failed.has(message.id) || !mayDelete())
      queue.reappear(receiptHandle, visibleAgainAt);
    else {
      queue.remove(receiptHandle);
      deleted++;
    }
  meter.deleted(deleted);
};

const outcomeOf = (
  { target, reportsFailures }: QueueMapping,
  batch: readonly Received[],
  result: InvokeResult | undefined,
): BatchOutcome => {
  if (result === undefined) return { why: `function ${target.name} had no free environment in time` };
  if (result.kind === 'denied') return { why: result.reason };
  if (result.kind === 'error')
    return { why: `function ${target.name} failed (${result.errorType}: ${result.errorMessage})` };
  if (!reportsFailures) return { failed: new Set() };
  const outcome = readBatchResponse(result.payload, new Set(batch.map(({ message }) => message.id)));
  return 'why' in outcome
    ? { why: `what function ${target.name} returned fails it whole, since ${outcome.why}` }
    : outcome;
};

import { isTrue, objectOf } from '../json.ts';
import type { FunctionSettings } from '../lambda/functionSettings.ts';
import { badProperty, integerProperty, requiredText } from '../property.ts';
import { notHonoured, reportUnknownProperties, type Report } from '../report.ts';
import type { Resource } from '../resource.ts';
import type { Queue } from '../sqs/queue.ts';
import { TwinError } from '../twinError.ts';

/** One `AWS::Lambda::EventSourceMapping` of a standard SQS queue. */
export type QueueMapping = {
  readonly queue: Queue;
  readonly target: FunctionSettings;
  /** Records of one event at most. */
  readonly batchSize: number;
  /** How long records are gathered before the function is called, milliseconds. */
  readonly windowMs: number;
  /** Events in work at once. */
  readonly maxConcurrency: number;
  /** Whether the function reports which records of a batch failed. */
  readonly reportsFailures: boolean;
  readonly isEnabled: boolean;
};

export type Parts = {
  findQueue: (arn: string) => Queue | undefined;
  findFunction: (nameOrArn: string) => FunctionSettings | undefined;
};

const known = new Set([
  ...['EventSourceArn', 'FunctionName', 'BatchSize', 'MaximumBatchingWindowInSeconds', 'Enabled'],
  ...['FunctionResponseTypes', 'ScalingConfig', 'FilterCriteria', 'Tags'],
]);

/**
 * Reads a mapping; ranges are those of CreateEventSourceMapping. Throws TwinError for what AWS refuses to create
 * (`bad_property`, `short_visibility`, `unknown_queue`, `unknown_function`) and for what the twin does not run
 * (`unsupported_event_source`); reports properties it does not honour.
 */
export const readQueueMapping = (resource: Resource, parts: Parts, report: Report): QueueMapping => {
  reportUnknownProperties(resource, known, report);
  refuseFilters(resource);
  const queue = queueOf(resource, parts);
  const target = functionOf(resource, parts);
  refuseShortVisibility(resource, queue, target);
  return {
    queue,
    target,
    ...batching(resource),
    maxConcurrency: Math.min(maximumConcurrency(resource, report), Math.max(1, target.concurrency)),
    reportsFailures: reportsFailures(resource),
    isEnabled: resource.properties['Enabled'] === undefined || isTrue(resource.properties['Enabled']),
  };
};

const unsupported = ({ logicalId }: Resource, what: string): TwinError =>
  new TwinError('unsupported_event_source', `AWS::Lambda::EventSourceMapping "${logicalId}" ${what}.`);

const refuseFilters = (resource: Resource): void => {
  const filters = objectOf(resource.properties['FilterCriteria'])['Filters'];
  if (Array.isArray(filters) && filters.length > 0)
    throw unsupported(
      resource,
      'has FilterCriteria, which the twin does not run yet; filter in the function',
    );
};

const queueOf = (resource: Resource, { findQueue }: Parts): Queue => {
  const arn = requiredText(resource, 'EventSourceArn');
  if (!arn.startsWith('arn:aws:sqs:'))
    throw unsupported(resource, `reads from ${arn}; the twin runs SQS queues only`);
  const queue = findQueue(arn);
  if (queue !== undefined) return queue;
  throw new TwinError(
    'unknown_queue',
    `AWS::Lambda::EventSourceMapping "${resource.logicalId}" reads from ${arn}, which the template does not have.`,
  );
};

const functionOf = (resource: Resource, { findFunction }: Parts): FunctionSettings => {
  const name = requiredText(resource, 'FunctionName');
  const found = findFunction(name);
  if (found !== undefined) return found;
  throw new TwinError(
    'unknown_function',
    `AWS::Lambda::EventSourceMapping "${resource.logicalId}" calls ${name}, which the template does not have.`,
  );
};

/** AWS refuses it, since a message would come again while the function is still at it (Lambda guide, SQS). */
const refuseShortVisibility = (resource: Resource, { settings }: Queue, target: FunctionSettings): void => {
  if (settings.visibilityTimeout * 1000 >= target.timeoutMs) return;
  throw new TwinError(
    'short_visibility',
    `AWS::Lambda::EventSourceMapping "${resource.logicalId}": the VisibilityTimeout of queue ${settings.name} ` +
      `(${settings.visibilityTimeout} s) is less than the Timeout of function ${target.name} ` +
      `(${target.timeoutMs / 1000} s); make it at least as long, AWS recommends six times.`,
  );
};

const batching = (resource: Resource): { batchSize: number; windowMs: number } => {
  const batchSize = integerProperty(resource, 'BatchSize', { default: 10, min: 1, max: 10_000 });
  const windowRange = { default: 0, min: 0, max: 300 };
  const window = integerProperty(resource, 'MaximumBatchingWindowInSeconds', windowRange);
  if (batchSize > 10 && window === 0)
    throw badProperty(resource, 'BatchSize', 'above 10 needs a MaximumBatchingWindowInSeconds of at least 1');
  return { batchSize, windowMs: window * 1000 };
};

const maximumConcurrency = (resource: Resource, report: Report): number => {
  const { MaximumConcurrency, ...others } = objectOf(resource.properties['ScalingConfig']);
  for (const name of Object.keys(others)) report(notHonoured(resource, `ScalingConfig.${name}`));
  if (MaximumConcurrency === undefined) return Infinity;
  const number = Number(MaximumConcurrency);
  if (Number.isInteger(number) && number >= 2 && number <= 1000) return number;
  throw badProperty(
    resource,
    'ScalingConfig.MaximumConcurrency',
    `must be a whole number from 2 to 1000, not ${JSON.stringify(MaximumConcurrency)}`,
  );
};

const reportsFailures = (resource: Resource): boolean => {
  const types = resource.properties['FunctionResponseTypes'] ?? [];
  const valid =
    Array.isArray(types) && types.length <= 1 && types.every((type) => type === 'ReportBatchItemFailures');
  if (valid) return types.length === 1;
  throw badProperty(resource, 'FunctionResponseTypes', 'may only hold ReportBatchItemFailures');
};

import { objectOf, stringOf } from '../json.ts';
import { integerProperty } from '../property.ts';
import { notHonoured, reportUnknownProperties, type Report } from '../report.ts';
import type { Resource } from '../resource.ts';
import { TwinError } from '../twinError.ts';
import { maxMessageBytes } from './message.ts';
import { queueArn, queueNameOf } from './queueUrl.ts';

/** What the twin needs to know of one `AWS::SQS::Queue`. Times in seconds, as everywhere in SQS. */
export type QueueSettings = {
  readonly name: string;
  readonly arn: string;
  readonly visibilityTimeout: number;
  readonly retentionPeriod: number;
  readonly delay: number;
  readonly receiveWait: number;
  readonly maxBytes: number;
  readonly redrive?: { readonly deadLetterArn: string; readonly maxReceiveCount: number };
};

const known = new Set([
  ...[
    'QueueName',
    'VisibilityTimeout',
    'MessageRetentionPeriod',
    'DelaySeconds',
    'ReceiveMessageWaitTimeSeconds',
  ],
  ...['MaximumMessageSize', 'RedrivePolicy', 'FifoQueue'],
  // Encryption, tags and the list of queues that may use this one: nothing to do on a laptop.
  ...['SqsManagedSseEnabled', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'Tags', 'RedriveAllowPolicy'],
]);

/** Reads a queue's properties; defaults and ranges are those of CreateQueue. Throws TwinError for a FIFO queue. */
export const queueSettings = (
  resource: Resource,
  place: { region: string; account: string },
  report: Report,
): QueueSettings => {
  refuseFifo(resource);
  reportUnknownProperties(resource, known, report);
  const name = stringOf(resource.properties['QueueName']) ?? queueNameOf(resource.ref);
  const seconds = (property: string, normally: number, min: number, max: number) =>
    integerProperty(resource, property, { default: normally, min, max });
  return {
    name,
    arn: queueArn({ ...place, name }),
    visibilityTimeout: seconds('VisibilityTimeout', 30, 0, 43_200),
    retentionPeriod: seconds('MessageRetentionPeriod', 345_600, 60, 1_209_600),
    delay: seconds('DelaySeconds', 0, 0, 900),
    receiveWait: seconds('ReceiveMessageWaitTimeSeconds', 0, 0, 20),
    maxBytes: seconds('MaximumMessageSize', maxMessageBytes, 1024, maxMessageBytes),
    ...redriveOf(resource, report),
  };
};

const refuseFifo = ({ logicalId, properties, ref }: Resource): void => {
  if (properties['FifoQueue'] !== true && properties['FifoQueue'] !== 'true' && !ref.endsWith('.fifo'))
    return;
  throw new TwinError(
    'unsupported_queue',
    `AWS::SQS::Queue "${logicalId}" is a FIFO queue, which the twin does not have yet; use a standard queue.`,
  );
};

const redriveOf = (resource: Resource, report: Report): Pick<QueueSettings, 'redrive'> => {
  const given = resource.properties['RedrivePolicy'];
  if (given === undefined) return {};
  const policy = objectOf(typeof given === 'string' ? JSON.parse(given) : given);
  const deadLetterArn = stringOf(policy['deadLetterTargetArn']);
  const maxReceiveCount = Number(policy['maxReceiveCount']);
  if (deadLetterArn !== undefined && Number.isInteger(maxReceiveCount) && maxReceiveCount >= 1) {
    return { redrive: { deadLetterArn, maxReceiveCount } };
  }
  report(notHonoured(resource, 'RedrivePolicy'));
  return {};
};

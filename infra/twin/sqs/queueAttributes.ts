import type { Queue } from './queue.ts';
import { SqsError } from './sqsError.ts';

/** The answer of GetQueueAttributes: those asked for, or `All`; every value a string. */
export const queueAttributes = (queue: Queue, names: readonly string[]): object => {
  const all = allAttributes(queue);
  const unknown = names.find((name) => name !== 'All' && !known.has(name));
  if (unknown !== undefined) throw new SqsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  const asked = Object.entries(all).filter(([name]) => names.includes('All') || names.includes(name));
  return asked.length === 0 ? {} : { Attributes: Object.fromEntries(asked) };
};

const allAttributes = ({ settings, depth }: Queue): Record<string, string> => {
  const { visible, inFlight, delayed } = depth();
  const { redrive } = settings;
  return {
    QueueArn: settings.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(settings.visibilityTimeout),
    MessageRetentionPeriod: String(settings.retentionPeriod),
    DelaySeconds: String(settings.delay),
    ReceiveMessageWaitTimeSeconds: String(settings.receiveWait),
    MaximumMessageSize: String(settings.maxBytes),
    ...(redrive === undefined
      ? {}
      : {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: redrive.deadLetterArn,
            maxReceiveCount: redrive.maxReceiveCount,
          }),
        }),
  };
};

/** Names that may be asked for; the twin has no value for some of them and leaves those out, as AWS does. */
const known = new Set([
  ...['QueueArn', 'ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
  ...['ApproximateNumberOfMessagesDelayed', 'VisibilityTimeout', 'MessageRetentionPeriod', 'DelaySeconds'],
  ...['ReceiveMessageWaitTimeSeconds', 'MaximumMessageSize', 'RedrivePolicy', 'RedriveAllowPolicy', 'Policy'],
  ...['CreatedTimestamp', 'LastModifiedTimestamp', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds'],
  ...[
    'SqsManagedSseEnabled',
    'FifoQueue',
    'ContentBasedDeduplication',
    'DeduplicationScope',
    'FifoThroughputLimit',
  ],
]);

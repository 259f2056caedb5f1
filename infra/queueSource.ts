import { Duration } from 'aws-cdk-lib';
import { allow } from './allow.ts';
import type { Handler } from './handler.ts';
import { handlers, type HandlerName } from './handlers.ts';
import type { SecureQueue } from './secureQueue.ts';

/** Six times the function's time-out, as AWS advises for a queue that feeds a function (Lambda guide, "Using SQS"). */
export const visibilityFor = (handler: HandlerName): Duration =>
  Duration.seconds(handlers[handler].timeoutSeconds * 6);

export type Batching = {
  batchSize: number;
  /** How long records are gathered; AWS demands at least a second of it for more than 10. */
  window?: Duration;
};

/**
 * Has a function take batches from a queue; a message that fails comes again alone. Lambda needs three rights for it
 * (Lambda guide, "Using Lambda with Amazon SQS", execution role). Where few of it may run at once, no more are asked to,
 * since a batch that is refused counts as a try.
 */
export const feed = (handler: Handler, queue: SecureQueue, { batchSize, window }: Batching): void => {
  const { reserved } = handler;
  handler.target.addEventSourceMapping('Source', {
    eventSourceArn: queue.queueArn,
    batchSize,
    reportBatchItemFailures: true,
    ...(window === undefined ? {} : { maxBatchingWindow: window }),
    // The least that AWS takes is 2.
    ...(reserved === undefined ? {} : { maxConcurrency: Math.max(2, reserved) }),
  });
  allow(handler, queue.queueArn, 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes');
};

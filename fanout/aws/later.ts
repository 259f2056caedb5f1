import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Later } from '../ports.ts';

/**
 * The longest that SQS delays a message.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const longestDelaySeconds = 900;

/** Work put off through an SQS queue, which delays by whole seconds: so it comes up to a second later than it might. */
export const queueLater = (sqs: SQSClient, queueUrl: string): Later => ({
  flush: async ({ connectionId, deviceId }, afterMs) => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify({ connectionId, deviceId }),
        DelaySeconds: Math.min(Math.max(Math.ceil(afterMs / 1000), 0), longestDelaySeconds),
      }),
    );
  },
});

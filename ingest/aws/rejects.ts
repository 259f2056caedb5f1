import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Rejects } from '../ports.ts';

/** Rejects in an SQS queue; the reason is an attribute too, so that it can be counted without reading bodies. */
export const queueRejects = (sqs: SQSClient, queueUrl: string): Rejects => ({
  keep: async (reject) => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(reject),
        MessageAttributes: { reason: { DataType: 'String', StringValue: reject.reason } },
      }),
    );
  },
});

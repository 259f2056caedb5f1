import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { environment } from '../aws/environment.ts';
import { connectionStores, paceStore } from '../aws/fromEnvironment.ts';
import { queueLater } from '../aws/later.ts';
import { pushClient, sdkPush } from '../aws/push.ts';
import { flush } from '../flush.ts';

const { CALLBACK_URL, FLUSH_QUEUE_URL } = environment(
  z.object({ CALLBACK_URL: z.url(), FLUSH_QUEUE_URL: z.url() }),
);
const flushOne = flush({
  ...connectionStores(),
  ...paceStore(),
  later: queueLater(new SQSClient(), FLUSH_QUEUE_URL),
  push: sdkPush(pushClient({ endpoint: CALLBACK_URL })),
  now: Date.now,
});

/** What {@link queueLater} wrote. */
const message = z.object({ connectionId: z.string(), deviceId: z.string() });

/** Folds whose time has come. A message that fails comes again after the queue's visibility time-out, alone. */
export const handler = async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
  const ends = await Promise.allSettled(
    Records.map(async ({ body }) => flushOne(message.parse(JSON.parse(body)))),
  );
  const failed = Records.filter((_, n) => ends[n]?.status === 'rejected');
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};

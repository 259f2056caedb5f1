import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { queueFromEnvironment } from '../aws/clientsFromEnvironment.ts';
import { pushUntil } from '../aws/deadline.ts';
import { edgeFromEnvironment } from '../aws/edgeFromEnvironment.ts';
import { environment } from '../aws/environment.ts';
import { connectionStores, debtStore, paceStore } from '../aws/fromEnvironment.ts';
import { queueLater } from '../aws/later.ts';
import { leanPostFromEnvironment } from '../aws/leanPostFromEnvironment.ts';
import { handlerMetrics, published } from '../aws/metrics.ts';
import { patientPush } from '../aws/patientPush.ts';
import { forgetAll } from '../disconnect.ts';
import { flush } from '../flush.ts';
import { laterMessage, type LaterMessage } from '../laterMessage.ts';
import { resend } from '../resend.ts';

const { LATER_QUEUE_URL } = environment(z.object({ LATER_QUEUE_URL: z.url() }));
const logger = new Logger({ serviceName: 'later' });
const metrics = handlerMetrics('later');
const ports = {
  ...connectionStores(),
  ...debtStore(),
  ...paceStore(),
  later: queueLater(queueFromEnvironment(LATER_QUEUE_URL)),
  ...patientPush({ ...leanPostFromEnvironment(), measure: metrics.measure }),
  hangUp: edgeFromEnvironment().hangUp,
  measure: metrics.measure,
  now: Date.now,
  random: Math.random,
};
const flushOne = flush(ports);
const resendTo = resend(ports);
const forget = forgetAll(ports);

const work = (message: LaterMessage, until: number): Promise<unknown> => {
  if ('flush' in message) return flushOne(message.flush, until);
  return 'forget' in message ? forget(message.forget) : resendTo(message.resend, until);
};

/** What was put off until now. A message that fails comes again after the queue's visibility time-out, alone. */
export const handler = published(
  metrics,
  async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const until = pushUntil(context);
    const ends = await Promise.allSettled(
      Records.map(async ({ body }) => work(laterMessage.parse(JSON.parse(body)), until)),
    );
    for (const end of ends)
      if (end.status === 'rejected')
        logger.error('a message failed and is tried again', { error: end.reason as unknown });
    const failed = Records.filter((_, n) => ends[n]?.status === 'rejected');
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  },
);

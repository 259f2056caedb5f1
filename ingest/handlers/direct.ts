import { Logger } from '@aws-lambda-powertools/logger';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { pushClient, sdkPush } from '../../fanout/aws/push.ts';
import { environment } from '../../fanout/aws/environment.ts';
import { connectionStores, deviceStores, paceStore } from '../../fanout/aws/fromEnvironment.ts';
import { queueLater } from '../../fanout/aws/later.ts';
import { deliver } from '../../fanout/deliver.ts';
import { record } from '../../fanout/record.ts';
import { cachedByTarget } from '../../fanout/subscriptionCache.ts';
import { queueRejects } from '../aws/rejects.ts';
import { filter } from '../filter.ts';
import { ruleEvent } from '../rule.ts';

const { CALLBACK_URL, REJECTS_QUEUE_URL, FLUSH_QUEUE_URL, SUBSCRIPTION_CACHE_MS } = environment(
  z.object({
    CALLBACK_URL: z.url(),
    REJECTS_QUEUE_URL: z.url(),
    FLUSH_QUEUE_URL: z.url(),
    SUBSCRIPTION_CACHE_MS: z.coerce.number().check(z.int(), z.minimum(0), z.maximum(20_000)),
  }),
);
const logger = new Logger({ serviceName: 'filter' });
const sqs = new SQSClient();
const { connections, subscriptions } = connectionStores();
const now = Date.now;

const take = filter({
  rejects: queueRejects(sqs, REJECTS_QUEUE_URL),
  record: record({ ...deviceStores(), now, elapsed: () => performance.now() }),
  deliver: deliver({
    connections,
    subscriptions: {
      ...subscriptions,
      byTarget: cachedByTarget(subscriptions.byTarget, { ttlMs: SUBSCRIPTION_CACHE_MS, now }),
    },
    ...paceStore(),
    later: queueLater(sqs, FLUSH_QUEUE_URL),
    push: sdkPush(pushClient({ endpoint: CALLBACK_URL })),
    now,
  }),
});

/** `direct`: the rule invokes this once per message. Returning is the acknowledgement; a throw means: again. */
export const handler = async (event: unknown): Promise<void> => {
  const message = ruleEvent.parse(event);
  const filtered = await take(message);
  if (!filtered.accepted) {
    logger.warn('message rejected', { reason: filtered.reason, topic: message.topic });
    return;
  }
  const { busy, refused } = filtered.delivery;
  if (busy + refused > 0) logger.warn('reading not delivered to every viewer', filtered.delivery);
};

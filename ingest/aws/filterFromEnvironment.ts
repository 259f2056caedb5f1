import * as z from 'zod/mini';
import { queueFromEnvironment } from '../../fanout/aws/clientsFromEnvironment.ts';
import { environment } from '../../fanout/aws/environment.ts';
import { connectionStores, debtStore, deviceStores, paceStore } from '../../fanout/aws/fromEnvironment.ts';
import { queueLater } from '../../fanout/aws/later.ts';
import { leanPostFromEnvironment } from '../../fanout/aws/leanPostFromEnvironment.ts';
import { patientPush } from '../../fanout/aws/patientPush.ts';
import { deliver } from '../../fanout/deliver.ts';
import type { Measure } from '../../fanout/metrics.ts';
import { record } from '../../fanout/record.ts';
import { cachedByTarget } from '../../fanout/subscriptionCache.ts';
import { filter } from '../filter.ts';
import { queueRejects } from './rejects.ts';

/** What renewing the answers of an invocation may take, ms. */
const renewingMs = 2_000;

/** The filter as its functions run it, whichever way readings come in. */
export const filterFromEnvironment = (measure: Measure): ReturnType<typeof filter> => {
  const { REJECTS_QUEUE_URL, LATER_QUEUE_URL, SUBSCRIPTION_CACHE_MS } = environment(
    z.object({
      REJECTS_QUEUE_URL: z.url(),
      LATER_QUEUE_URL: z.url(),
      SUBSCRIPTION_CACHE_MS: z.coerce.number().check(z.int(), z.minimum(0), z.maximum(20_000)),
    }),
  );
  const { connections, subscriptions } = connectionStores();
  const now = Date.now;
  const cached = cachedByTarget(subscriptions.byTarget, { ttlMs: SUBSCRIPTION_CACHE_MS, now, measure });
  const take = filter({
    rejects: queueRejects(queueFromEnvironment(REJECTS_QUEUE_URL)),
    record: record({ ...deviceStores(), now, elapsed: () => performance.now() }),
    deliver: deliver({
      connections,
      subscriptions: { ...subscriptions, byTarget: cached.byTarget },
      ...debtStore(),
      ...paceStore(),
      later: queueLater(queueFromEnvironment(LATER_QUEUE_URL)),
      ...patientPush({ ...leanPostFromEnvironment(), measure }),
      measure,
      now,
      random: Math.random,
    }),
    measure,
    now,
  });
  return async (events, until) => {
    const failed = await take(events, until);
    if (now() + renewingMs < until) await cached.renew();
    return failed;
  };
};

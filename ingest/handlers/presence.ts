import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { announce } from '../../fanout/announce.ts';
import { pushUntil } from '../../fanout/aws/deadline.ts';
import { edgeFromEnvironment } from '../../fanout/aws/edgeFromEnvironment.ts';
import { connectionStores, deviceStores } from '../../fanout/aws/fromEnvironment.ts';
import { handlerMetrics, published } from '../../fanout/aws/metrics.ts';
import { patientPush } from '../../fanout/aws/patientPush.ts';
import { presence } from '../presence.ts';
import { presenceEvent } from '../rule.ts';

const logger = new Logger({ serviceName: 'presence' });
const metrics = handlerMetrics('presence');
const take = presence({
  ...deviceStores(),
  announce: announce({
    ...connectionStores(),
    ...patientPush({ ...edgeFromEnvironment(), measure: metrics.measure }),
    now: Date.now,
  }),
});

/** The presence rule invokes this once per life-cycle event. */
export const handler = published(metrics, async (event: unknown, context: Context): Promise<void> => {
  const change = presenceEvent.parse(event);
  await take(change, pushUntil(context));
  metrics.measure('PresenceEvents', 1);
  logger.debug('presence taken', { clientId: change.clientId, eventType: change.eventType });
});

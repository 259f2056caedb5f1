import { Logger } from '@aws-lambda-powertools/logger';
import { setTimeout as wait } from 'node:timers/promises';
import type { APIGatewayProxyResultV2, APIGatewayProxyWebsocketEventV2, Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { answer } from '../answer.ts';
import { edgeFromEnvironment } from '../aws/edgeFromEnvironment.ts';
import { pushUntil, sendingUntil } from '../aws/deadline.ts';
import { environment } from '../aws/environment.ts';
import { connectionStores, debtStore, deviceStores, paceStore } from '../aws/fromEnvironment.ts';
import { handlerMetrics, published } from '../aws/metrics.ts';
import { patientPush } from '../aws/patientPush.ts';
import { tokenVerifier } from '../aws/verifyToken.ts';
import type { Send } from '../ports.ts';

const { ISSUER, AUDIENCE, SUBSCRIPTION_CACHE_MS } = environment(
  z.object({
    ISSUER: z.url(),
    AUDIENCE: z.string().check(z.minLength(1)),
    SUBSCRIPTION_CACHE_MS: z.coerce.number().check(z.int(), z.minimum(0), z.maximum(20_000)),
  }),
);
const logger = new Logger({ serviceName: 'message' });
const metrics = handlerMetrics('message');
const { push } = patientPush({ ...edgeFromEnvironment(), measure: metrics.measure });
const reply = answer({
  ...connectionStores(),
  ...deviceStores(),
  ...paceStore(),
  ...debtStore(),
  push,
  verify: tokenVerifier({ issuer: ISSUER, audience: AUDIENCE }),
  now: Date.now,
  wait: (ms) => wait(ms),
  subscriptionCacheMs: SUBSCRIPTION_CACHE_MS,
});

/**
 * Every action and `$default`. The route has a route response, so the body returned is a frame that the client gets; of
 * an answer of several frames it is the last, and the others are posted before. One for which there is no time fails, and the
 * client is told that its request failed.
 */
export const handler = published(
  metrics,
  async (
    { requestContext: { connectionId, routeKey }, body }: APIGatewayProxyWebsocketEventV2,
    context: Context,
  ): Promise<APIGatewayProxyResultV2> => {
    metrics.measure('Requests', 1);
    const send: Send = (frame) => push(connectionId, JSON.stringify(frame));
    const last = await reply(connectionId, body ?? '', sendingUntil(send, pushUntil(context)));
    logger.debug('request answered', { connectionId, routeKey });
    return { statusCode: 200, ...(last === undefined ? {} : { body: JSON.stringify(last) }) };
  },
);

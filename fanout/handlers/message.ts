import { setTimeout as wait } from 'node:timers/promises';
import type { APIGatewayProxyResultV2, APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { answer } from '../answer.ts';
import { environment } from '../aws/environment.ts';
import { connectionStores, deviceStores, paceStore } from '../aws/fromEnvironment.ts';
import { pushClient, sdkPush } from '../aws/push.ts';
import { tokenVerifier } from '../aws/verifyToken.ts';

const { CALLBACK_URL, ISSUER, AUDIENCE, SUBSCRIPTION_CACHE_MS } = environment(
  z.object({
    CALLBACK_URL: z.url(),
    ISSUER: z.url(),
    AUDIENCE: z.string().check(z.minLength(1)),
    SUBSCRIPTION_CACHE_MS: z.coerce.number().check(z.int(), z.minimum(0), z.maximum(20_000)),
  }),
);
const push = sdkPush(pushClient({ endpoint: CALLBACK_URL }));
const reply = answer({
  ...connectionStores(),
  ...deviceStores(),
  ...paceStore(),
  push,
  verify: tokenVerifier({ issuer: ISSUER, audience: AUDIENCE }),
  now: Date.now,
  wait: (ms) => wait(ms),
  subscriptionCacheMs: SUBSCRIPTION_CACHE_MS,
});

/**
 * Every action and `$default`. The route has a route response, so the body returned is a frame that the client gets; of
 * an answer of several frames it is the last, and the others are posted before.
 */
export const handler = async ({
  requestContext: { connectionId },
  body,
}: APIGatewayProxyWebsocketEventV2): Promise<APIGatewayProxyResultV2> => {
  const last = await reply(connectionId, body ?? '', (frame) => push(connectionId, JSON.stringify(frame)));
  return { statusCode: 200, ...(last === undefined ? {} : { body: JSON.stringify(last) }) };
};

import * as z from 'zod/mini';
import { announce } from '../../fanout/announce.ts';
import { environment } from '../../fanout/aws/environment.ts';
import { connectionStores, deviceStores } from '../../fanout/aws/fromEnvironment.ts';
import { pushClient, sdkPush } from '../../fanout/aws/push.ts';
import { presence } from '../presence.ts';
import { presenceEvent } from '../rule.ts';

const { CALLBACK_URL } = environment(z.object({ CALLBACK_URL: z.url() }));
const take = presence({
  ...deviceStores(),
  announce: announce({
    ...connectionStores(),
    push: sdkPush(pushClient({ endpoint: CALLBACK_URL })),
    now: Date.now,
  }),
});

/** The presence rule invokes this once per life-cycle event. */
export const handler = async (event: unknown): Promise<void> => take(presenceEvent.parse(event));

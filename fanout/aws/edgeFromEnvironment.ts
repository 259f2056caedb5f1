import * as z from 'zod/mini';
import type { HangUp, IsOpen } from '../ports.ts';
import { environment } from './environment.ts';
import { sdkHangUp } from './hangUp.ts';
import { pushClient, sdkIsOpen } from './push.ts';

/** What a function asks of the edge seldom, by CALLBACK_URL. Apart from `push`, whose functions need no SDK for it. */
export const edgeFromEnvironment = (): { isOpen: IsOpen; hangUp: HangUp } => {
  const { CALLBACK_URL } = environment(z.object({ CALLBACK_URL: z.url() }));
  const client = pushClient({ endpoint: CALLBACK_URL, maxAttempts: 2 });
  return { isOpen: sdkIsOpen(client), hangUp: sdkHangUp(client) };
};

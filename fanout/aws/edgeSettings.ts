import * as z from 'zod/mini';
import { signing } from './api/signing.ts';
import type { EdgeOptions } from './connectionRequests.ts';
import { environment } from './environment.ts';

/** Where the edge is and who asks it, by CALLBACK_URL and Lambda's own variables. */
export const edgeSettings = (): EdgeOptions => {
  const { CALLBACK_URL } = environment(z.object({ CALLBACK_URL: z.url() }));
  return { ...signing(), endpoint: CALLBACK_URL };
};

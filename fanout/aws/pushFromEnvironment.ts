import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { Measure } from '../metrics.ts';
import { patient } from '../patience.ts';
import type { Push } from '../ports.ts';
import { environment } from './environment.ts';
import { leanPost } from './leanPost.ts';
import { samplingBreaker } from './pushBreaker.ts';
import { tryMs } from './pushOutcome.ts';
import type { Credentials } from './signer.ts';

const text = z.string().check(z.minLength(1));

/** As Lambda puts them into a function's environment. */
const credentials = (): Credentials => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  return {
    accessKeyId: AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: AWS_SECRET_ACCESS_KEY ?? '',
    sessionToken: AWS_SESSION_TOKEN,
  };
};

/** The `push` of a function, by CALLBACK_URL and Lambda's own variables. One for all, as budget, breaker and sockets are shared. */
export const pushFromEnvironment = (measure: Measure): { push: Push } => {
  const { CALLBACK_URL, AWS_REGION } = environment(
    z.object({
      CALLBACK_URL: z.url(),
      AWS_REGION: text,
      AWS_ACCESS_KEY_ID: text,
      AWS_SECRET_ACCESS_KEY: text,
    }),
  );
  const { post } = leanPost({ endpoint: CALLBACK_URL, region: AWS_REGION, credentials });
  const push = patient({
    post,
    tryMs,
    breaker: samplingBreaker(),
    now: () => performance.now(),
    wait: (ms) => wait(ms),
    random: Math.random,
    measure,
  });
  return { push };
};

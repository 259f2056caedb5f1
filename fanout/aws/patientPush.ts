import { setTimeout as wait } from 'node:timers/promises';
import type { Measure } from '../metrics.ts';
import { patient } from '../patience.ts';
import type { Post, Push } from '../ports.ts';
import { samplingBreaker } from './pushBreaker.ts';
import { tryMs } from './pushOutcome.ts';

/** The `push` of a function. One for all it does, as budget, breaker and sockets are shared. */
export const patientPush = ({ post, measure }: { post: Post; measure: Measure }): { push: Push } => ({
  push: patient({
    post,
    tryMs,
    breaker: samplingBreaker(),
    now: () => performance.now(),
    wait: (ms) => wait(ms),
    random: Math.random,
    measure,
  }),
});

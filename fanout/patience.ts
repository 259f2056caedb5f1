import type { Measure } from './metrics.ts';
import { pushMs, type Outcome, type Post, type Push } from './ports.ts';
import { retryBudget } from './retryBudget.ts';

/** Holds posts back from an edge that refuses most of them. */
export type Breaker = {
  /** Whether posts go straight through. */
  readonly isClosed: () => boolean;
  /**
   * Posts, or says `open` at once. Where another post is out to see whether the edge is well again, waits for that one first.
   * Rejects as the post does.
   */
  readonly pass: (connectionId: string, post: () => Promise<Outcome>) => Promise<Outcome | 'open'>;
};

export type PatiencePorts = {
  /** Ends within `tryMs`. */
  readonly post: Post;
  readonly tryMs: number;
  readonly breaker: Breaker;
  /** ms, of a clock that is never set. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
  /** At least 0, less than 1. */
  readonly random: () => number;
  readonly measure: Measure;
};

/** The first pause is shorter than this, each further one than twice the one before, ms. */
const pauseMs = 50;
/** Of one push: with the first try as many as the SDK makes by default. What is busy still can wait more cheaply in a queue. */
const retries = 2;

/**
 * Posts, and where the edge is busy again after a pause (exponential back-off with full jitter, AWS Architecture Blog,
 * 2015), as long as the retry budget of all pushes allows it, the breaker is closed and the try would end in time.
 *
 * In time: a first try may wait for the breaker's probe and takes 2 x `tryMs` at most; a retry never waits, and begins
 * only if `tryMs` are left of {@link pushMs}.
 */
export const patient = (ports: PatiencePorts): Push => {
  const { post, tryMs, breaker, now, wait, random, measure } = ports;
  const budget = retryBudget();

  return async (connectionId, frame) => {
    const lastStart = now() + pushMs - tryMs;
    const once = () => breaker.pass(connectionId, () => post(connectionId, frame));

    let outcome = await once();
    if (outcome === 'open') {
      measure('BreakerOpen', 1);
      return 'busy';
    }
    budget.earn();
    for (let retry = 0; outcome === 'busy' && retry < retries; retry += 1) {
      const pause = random() * pauseMs * 2 ** retry;
      if (now() + pause > lastStart || !budget.spend()) break;
      await wait(pause);
      if (now() > lastStart || !breaker.isClosed()) break;
      measure('Retries', 1);
      outcome = await once();
    }
    return outcome === 'open' ? 'busy' : outcome;
  };
};

import {
  circuitBreaker,
  CircuitState,
  handleWhenResult,
  isBrokenCircuitError,
  SamplingBreaker,
} from 'cockatiel';
import type { Breaker } from '../patience.ts';

/** Opens when more than half of the posts of the last seconds were busy, if they were 20 or more. */
const sampled = { threshold: 0.5, duration: 5_000, minimumRps: 4 };
/** Then one post is let through after a second: if it is taken, all are. */
const halfOpenAfter = 1_000;
/** One connection counts as busy once in this time, ms. */
const onceInMs = 1_000;

/** Stands for `busy` where that is not to count. */
const uncounted = new Error('busy, as it was before');

/** Whether this connection was busy within the last second or so: 429 may only mean that one viewer does not read. */
const repeats = (now: () => number) => {
  const seen = new Set<string>();
  let since = 0;
  return (connectionId: string): boolean => {
    if (now() - since >= onceInMs) {
      seen.clear();
      since = now();
    }
    if (seen.has(connectionId)) return true;
    seen.add(connectionId);
    return false;
  };
};

/**
 * A {@link Breaker} by cockatiel, whose clock is `Date.now`. Up to three viewers that are slow never open it, also if they
 * are all that this function posts to. cockatiel forgets by being used: what it saw before a long pause still counts a little after it.
 */
export const samplingBreaker = (): Breaker => {
  const isRepeat = repeats(Date.now);
  const policy = circuitBreaker(
    handleWhenResult((outcome) => outcome === 'busy'),
    { halfOpenAfter, breaker: new SamplingBreaker(sampled) },
  );
  const isClosed = () => policy.state === CircuitState.Closed;

  return {
    isClosed,
    pass: async (connectionId, post) => {
      try {
        return await policy.execute(async () => {
          const outcome = await post();
          // cockatiel counts neither way what throws, but takes it for well when it probes.
          if (outcome === 'busy' && isClosed() && isRepeat(connectionId)) throw uncounted;
          return outcome;
        });
      } catch (error) {
        if (error === uncounted) return 'busy';
        if (isBrokenCircuitError(error)) return 'open';
        throw error;
      }
    },
  };
};

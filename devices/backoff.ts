/**
 * Milliseconds to wait before attempt number `attempt` (from 0): full jitter, so that a fleet that lost its broker does
 * not come back in one wave. `random` in [0, 1). At least 50 ms, at most 10 s.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export const fullJitter = (attempt: number, random: number): number =>
  Math.max(50, Math.round(random * Math.min(10_000, 500 * 2 ** Math.min(attempt, 10))));

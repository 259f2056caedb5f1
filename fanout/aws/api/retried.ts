import { passingCauseOf } from './apiError.ts';

export type RetryPorts = {
  /** Tries in all. */
  readonly attempts: number;
  /** The first pause after a failure that passes is shorter than this, each further one than twice the one before, ms. */
  readonly pauseMs: number;
  readonly wait: (ms: number) => Promise<unknown>;
  /** At least 0, less than 1. */
  readonly random: () => number;
};

/** Where the service asks to slow down, instead of `pauseMs`. */
const throttledPauseMs = 1_000;
const longestPauseMs = 20_000;

/** What all requests together have in hand for retries, and what one costs. A retry that helped gives its cost back. */
const mostCapacity = 500;
const costs = { transient: 14, throttled: 5 };

/**
 * Makes a request again where that may help: the SDK's "standard" mode (AWS SDKs and Tools Reference Guide, "Retry behavior"),
 * by the figures of its version of 2026. Rejects as the last try did.
 */
export const retried = ({ attempts, pauseMs, wait, random }: RetryPorts) => {
  let capacity = mostCapacity;

  return async <T>(once: () => Promise<T>): Promise<T> => {
    let earned = 1;
    for (let attempt = 1; ; attempt += 1)
      try {
        const result = await once();
        capacity = Math.min(mostCapacity, capacity + earned);
        return result;
      } catch (error) {
        const cause = passingCauseOf(error);
        if (cause === undefined || attempt >= attempts || capacity < costs[cause]) throw error;
        earned = costs[cause];
        capacity -= earned;
        const longest = (cause === 'throttled' ? throttledPauseMs : pauseMs) * 2 ** (attempt - 1);
        await wait(random() * Math.min(longest, longestPauseMs));
      }
  };
};

/** A wait grows to this, ms. 10,000 viewers cut at once come back at some 330 a second; API Gateway takes 500. */
export const longestWaitMs = 30_000;
const firstWaitMs = 1_000;

/**
 * How long to wait before trying again, in ms: anything from nothing to a ceiling that doubles with each failure
 * ("full jitter"), so that viewers who lost their connection together do not come back together.
 *
 * @param failures attempts since the connection last held; 0 means do not wait.
 * @param random from 0 to below 1.
 * @see https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
 */
export const waitBefore = (failures: number, random: number): number =>
  failures === 0 ? 0 : random * Math.min(longestWaitMs, firstWaitMs * 2 ** (failures - 1));

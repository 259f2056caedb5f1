import { limits } from './limits.ts';

/** One token comes back every so many ms. */
export const tokenMs = 1000 / limits.actionsPerSecond;

/** How far ahead of the clock a bucket may be and still give a token: `actionsBurst` of them come out of a full one. */
export const toleranceMs = (limits.actionsBurst - 1) * tokenMs;

/**
 * How long to wait for the next token, in ms; 0 if there is one. The bucket is one number, `tat`: when it would be full
 * again, epoch ms, 0 for one that nobody touched. Taking a token makes it `max(tat, now) + tokenMs`.
 *
 * This is the virtual scheduling form of the Generic Cell Rate Algorithm (ITU-T I.371, annex A); `tat` is its
 * theoretical arrival time.
 */
export const waitMs = (tat: number, now: number): number => Math.max(0, tat - toleranceMs - now);

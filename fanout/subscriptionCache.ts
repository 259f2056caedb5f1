import { unmeasured, type Measure } from './metrics.ts';
import type { Subscription, Subscriptions } from './ports.ts';
import type { TargetKey } from './target.ts';

/** A look-up that takes so long is worth being renewed before the next reading waits for it. ms. */
const slowMs = 50;

/** Targets remembered at once; beyond it the oldest answers go first. A key and its rows are some KB. */
const capacity = 10_000;

/**
 * Remembers the subscriptions of a target, an empty answer too, from the moment it asks for them until `ttlMs` (0 or
 * more) later; readings that come meanwhile share the look-up, finished or not. Counted from its start, because that is
 * what an answer is sure to be as new as: `ttlMs` after a row was put, nobody is given an answer without it. A failed
 * look-up is not remembered: everyone waiting hears of it, the next one asks again.
 */
export const cachedByTarget = (
  byTarget: Subscriptions['byTarget'],
  { ttlMs, now, measure = unmeasured }: { ttlMs: number; now: () => number; measure?: Measure },
): { byTarget: Subscriptions['byTarget']; renew: () => Promise<void> } => {
  type Answer = { rows: Promise<Subscription[]>; until: number; isSlow: boolean; isUsed: boolean };
  const answers = new Map<TargetKey, Answer>();

  const ask = (target: TargetKey): Promise<Subscription[]> => {
    const asked = now();
    const until = asked + ttlMs; // Before it asks.
    const answer: Answer = { rows: byTarget(target), until, isSlow: false, isUsed: false };
    answer.rows.then(
      () => (answer.isSlow = now() - asked >= slowMs),
      () => answers.get(target) === answer && answers.delete(target),
    );
    answers.delete(target); // Re-entered at the end, so that the first key is always the oldest.
    answers.set(target, answer);
    const [oldest] = answers.keys();
    if (answers.size > capacity && oldest !== undefined) answers.delete(oldest);
    return answer.rows;
  };

  return {
    byTarget: (target) => {
      const known = answers.get(target);
      const isGood = known !== undefined && known.until > now();
      measure(isGood ? 'CacheHits' : 'CacheMisses', 1);
      const rows = isGood ? known.rows : ask(target);
      const given = answers.get(target);
      if (given !== undefined) given.isUsed = true;
      return rows;
    },
    /**
     * Asks again for what took long and was used since, so that the next reading need not wait for it. Call it when a reading's
     * work is done. What fails is asked for again when it is needed.
     */
    renew: async () => {
      const used = [...answers].filter(([, { isSlow, isUsed }]) => isSlow && isUsed);
      await Promise.allSettled(used.map(([target]) => ask(target)));
    },
  };
};

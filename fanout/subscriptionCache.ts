import { unmeasured, type Measure } from './metrics.ts';
import type { Subscription, Subscriptions } from './ports.ts';
import type { TargetKey } from './target.ts';

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
): Subscriptions['byTarget'] => {
  const answers = new Map<TargetKey, { rows: Promise<Subscription[]>; until: number }>();

  const ask = (target: TargetKey): Promise<Subscription[]> => {
    const until = now() + ttlMs; // Before it asks.
    const answer = { rows: byTarget(target), until };
    answer.rows.catch(() => answers.get(target) === answer && answers.delete(target));
    answers.delete(target); // Re-entered at the end, so that the first key is always the oldest.
    answers.set(target, answer);
    const [oldest] = answers.keys();
    if (answers.size > capacity && oldest !== undefined) answers.delete(oldest);
    return answer.rows;
  };

  return (target) => {
    const known = answers.get(target);
    const isGood = known !== undefined && known.until > now();
    measure(isGood ? 'CacheHits' : 'CacheMisses', 1);
    return isGood ? known.rows : ask(target);
  };
};

import type { Subscription, Subscriptions } from './ports.ts';
import type { TargetKey } from './target.ts';

/** Targets remembered at once; beyond it the oldest answers go first. A key and its rows are some KB. */
const capacity = 10_000;

/**
 * Remembers the subscriptions of a target for `ttlMs` (0 or more), an empty answer too, with one look-up in flight per
 * target however many readings ask. A failed look-up is not remembered: everyone waiting hears of it, the next one
 * asks again.
 */
export const cachedByTarget = (
  byTarget: Subscriptions['byTarget'],
  { ttlMs, now }: { ttlMs: number; now: () => number },
): Subscriptions['byTarget'] => {
  const answers = new Map<TargetKey, { rows: Promise<Subscription[]>; until: number }>();

  const ask = (target: TargetKey): Promise<Subscription[]> => {
    const answer = { rows: byTarget(target), until: Infinity }; // Shared for as long as it takes.
    answer.rows.then(
      () => (answer.until = now() + ttlMs),
      () => answers.get(target) === answer && answers.delete(target),
    );
    answers.delete(target); // Re-entered at the end, so that the first key is always the oldest.
    answers.set(target, answer);
    const [oldest] = answers.keys();
    if (answers.size > capacity && oldest !== undefined) answers.delete(oldest);
    return answer.rows;
  };

  return (target) => {
    const known = answers.get(target);
    return known !== undefined && known.until > now() ? known.rows : ask(target);
  };
};

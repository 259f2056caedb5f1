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
  type Answer = {
    readonly rows: Promise<Subscription[]>;
    readonly until: number;
    tookMs: number;
    usedAt: number;
    /** From the use before, of an earlier answer too, to that. */
    gap: number;
  };
  const answers = new Map<TargetKey, Answer>();

  const ask = (target: TargetKey): Answer => {
    const asked = now();
    const { usedAt, gap } = answers.get(target) ?? { usedAt: -Infinity, gap: Infinity };
    const answer: Answer = { rows: byTarget(target), until: asked + ttlMs, tookMs: 0, usedAt, gap };
    answer.rows.then(
      () => (answer.tookMs = now() - asked),
      () => answers.get(target) === answer && answers.delete(target),
    );
    answers.delete(target); // Re-entered at the end, so that the first key is always the oldest.
    answers.set(target, answer);
    const [oldest] = answers.keys();
    if (answers.size > capacity && oldest !== undefined) answers.delete(oldest);
    return answer;
  };

  /**
   * Whether its next use, should they go on at this pace, finds this answer too old, and finds one asked for now finished and
   * new enough. One that is not finished would keep this environment busy, and the next reading would wait for another to
   * start.
   */
  const isWorthRenewing = ({ tookMs, until, usedAt, gap }: Answer): boolean => {
    const expected = usedAt + gap;
    const isTooOld = until < expected + gap / 2; // It may come a little late.
    return tookMs >= slowMs && isTooOld && now() + tookMs <= expected && expected < now() + ttlMs;
  };

  return {
    byTarget: (target) => {
      const known = answers.get(target);
      const isGood = known !== undefined && known.until > now();
      measure(isGood ? 'CacheHits' : 'CacheMisses', 1);
      const answer = isGood ? known : ask(target);
      answer.gap = now() - answer.usedAt;
      answer.usedAt = now();
      return answer.rows;
    },
    /**
     * Asks again for what took long and will be needed soon, so that the next reading need not wait for it. Call it when a
     * reading's work is done. What fails is asked for again when it is needed.
     */
    renew: async () => {
      const due = [...answers].filter(([, answer]) => isWorthRenewing(answer));
      await Promise.allSettled(due.map(([target]) => ask(target).rows));
    },
  };
};

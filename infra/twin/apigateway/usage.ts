import type { Clock } from '../clock.ts';
import type { ApiKey } from './apiKeys.ts';
import { tokenBucket } from './tokenBucket.ts';

/** Whether a key may be used once more now. */
export type Usage =
  | { readonly kind: 'allowed'; readonly key: ApiKey }
  | { readonly kind: 'forbidden' | 'throttled' | 'exhausted' };

/**
 * Counts what keys use of their plans (API Gateway guide, "Usage plans and API keys"): a key that no plan opens this
 * stage for is forbidden, one beyond its plan's rate is throttled, one beyond its quota is exhausted.
 */
export const countUsage = (keys: readonly ApiKey[], { now }: Clock) => {
  const buckets = new Map<string, (now: number) => boolean>();
  const spent = new Map<string, { since: number; count: number }>();

  return (value: string | undefined, apiId: string, stage: string): Usage => {
    const key = keys.find((each) => each.value === value);
    const plan = key?.plans.find(({ stages }) => stages.has(`${apiId}/${stage}`));
    if (key === undefined || plan === undefined) return { kind: 'forbidden' };
    const of = `${plan.id}/${key.id}`;
    const at = now();
    if (plan.throttle !== undefined) {
      const bucket = buckets.get(of) ?? tokenBucket(plan.throttle);
      buckets.set(of, bucket);
      if (!bucket(at)) return { kind: 'throttled' };
    }
    if (plan.quota !== undefined) {
      const before = spent.get(of);
      const current =
        before !== undefined && at - before.since < plan.quota.periodMs ? before : { since: at, count: 0 };
      if (current.count >= plan.quota.limit) return { kind: 'exhausted' };
      spent.set(of, { ...current, count: current.count + 1 });
    }
    return { kind: 'allowed', key };
  };
};

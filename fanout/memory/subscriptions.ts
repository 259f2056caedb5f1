import type { Subscription, SubscriptionKey, Subscriptions } from '../ports.ts';
import type { TargetKey } from '../target.ts';

/** Subscriptions in this process, by target. */
export const memorySubscriptions = (): Subscriptions => {
  const rows = new Map<TargetKey, Map<string, Subscription>>();
  const rowOf = ({ connectionId, id }: SubscriptionKey) => `${connectionId}#${id}`;

  return {
    put: async (subscription) => {
      const ofTarget = rows.get(subscription.target) ?? new Map<string, Subscription>();
      rows.set(subscription.target, ofTarget.set(rowOf(subscription), subscription));
    },
    delete: async (keys) => {
      for (const key of keys) {
        const ofTarget = rows.get(key.target);
        ofTarget?.delete(rowOf(key));
        if (ofTarget?.size === 0) rows.delete(key.target);
      }
    },
    byTarget: async (target) => [...(rows.get(target)?.values() ?? [])],
  };
};

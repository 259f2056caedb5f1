import type { Later, PaceKey, SubscriptionKey, Unsent } from '../ports.ts';

/** What was put off, in order, for a test to look at and to take out. Nothing comes back by itself. */
export const memoryLater = (): {
  later: Later;
  scheduled: { key: PaceKey; afterMs: number }[];
  unsent: { unsent: Unsent; afterMs: number }[];
  forgotten: SubscriptionKey[];
} => {
  const scheduled: { key: PaceKey; afterMs: number }[] = [];
  const unsent: { unsent: Unsent; afterMs: number }[] = [];
  const forgotten: SubscriptionKey[] = [];
  return {
    later: {
      forget: async (seen) => void forgotten.push(...seen),
      flush: async (key, afterMs) => void scheduled.push({ key, afterMs }),
      resend: async (what, afterMs) => void unsent.push({ unsent: what, afterMs }),
    },
    scheduled,
    unsent,
    forgotten,
  };
};

import { limits } from '../limits.ts';
import type { Debts } from '../ports.ts';

/** Debts in this process. */
export const memoryDebts = (): Debts => {
  const debts = new Map<string, { since: number; until: number }>();
  const find = (principal: string, now: number): number | undefined => {
    const debt = debts.get(principal);
    return debt !== undefined && debt.until > now ? debt.since : undefined;
  };
  return {
    owe: async (principal, since, now) => {
      const earliest = Math.min(since, find(principal, now) ?? since);
      debts.set(principal, { since: earliest, until: now + limits.debtMs });
    },
    since: async (principal, now) => find(principal, now),
  };
};

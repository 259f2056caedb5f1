import { limits } from '../limits.ts';
import type { Debts } from '../ports.ts';

/** Debts in this process. */
export const memoryDebts = (): Debts => {
  const rows = new Map<string, { since: number; until: number }>();
  const rowOf = (connectionId: string, debt: string): string => `${connectionId}#${debt}`;
  const ofAll: { since: number; until: number }[] = [];
  return {
    oweAll: async (_, since, until) => void ofAll.push({ since, until }),
    owe: async (connectionIds, debt, since, now) => {
      for (const connectionId of connectionIds)
        rows.set(rowOf(connectionId, debt), { since, until: now + limits.debtMs });
    },
    pay: async (connectionIds, debt) => {
      for (const connectionId of connectionIds) rows.delete(rowOf(connectionId, debt));
    },
    since: async (connectionId, now) => {
      const own = [...rows].filter(([row]) => row.startsWith(rowOf(connectionId, ''))).map(([, row]) => row);
      const owed = [...own, ...ofAll].filter(({ until }) => until > now);
      return owed.length === 0 ? undefined : Math.min(...owed.map(({ since }) => since));
    },
  };
};

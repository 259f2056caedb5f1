import type { Later, PaceKey } from '../ports.ts';

/** What was put off, in order, for a test to look at and to take out. Nothing comes back by itself. */
export const memoryLater = (): { later: Later; scheduled: { key: PaceKey; afterMs: number }[] } => {
  const scheduled: { key: PaceKey; afterMs: number }[] = [];
  return {
    later: { flush: async (key, afterMs) => void scheduled.push({ key, afterMs }) },
    scheduled,
  };
};

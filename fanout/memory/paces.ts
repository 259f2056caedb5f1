import { waitingSince, type Pace } from '../pace.ts';
import type { PaceKey, Paces } from '../ports.ts';

/** Paces in this process. */
export const memoryPaces = (): Paces => {
  const rows = new Map<string, { pace: Pace; version: number }>();
  const rowOf = ({ connectionId, deviceId }: PaceKey) => `${connectionId}#${deviceId}`;

  return {
    find: async (key) => rows.get(rowOf(key)),
    write: async (key, pace, version) => {
      if (rows.get(rowOf(key))?.version !== version) return false;
      rows.set(rowOf(key), { pace, version: (version ?? 0) + 1 });
      return true;
    },
    waitingSince: async (connectionId) => {
      const waiting = [...rows].flatMap(([row, { pace }]) =>
        row.startsWith(`${connectionId}#`) ? (waitingSince(pace) ?? []) : [],
      );
      return waiting.length === 0 ? undefined : Math.min(...waiting);
    },
  };
};

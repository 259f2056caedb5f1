import type { Reading } from '../reading.ts';
import { keysOf } from '../target.ts';
import type { Dynamo } from './api/dynamo.ts';
import { deviceTtlMs } from './deviceRow.ts';
import { ttlAt } from './ttl.ts';

/** Much less than the rows live, so that those of a device that keeps sending never end. */
const rememberedMs = 24 * 60 * 60 * 1000;

/** Memberships remembered at once, some 20 MB of them; beyond it the oldest are written again. */
const capacity = 100_000;

/**
 * Enters a device into the region and the type of its reading. What it wrote within a day, it does not write again;
 * that is remembered by this execution environment, so each of them writes a row once a day. `now` is epoch ms.
 */
export const memberships = (
  db: Dynamo,
  table: string,
): ((reading: Reading, now: number) => Promise<void>) => {
  const writtenAt = new Map<string, number>();

  const remember = (row: string, now: number): void => {
    writtenAt.delete(row); // Re-entered at the end, so that the first is always the oldest.
    writtenAt.set(row, now);
    const [oldest] = writtenAt.keys();
    if (writtenAt.size > capacity && oldest !== undefined) writtenAt.delete(oldest);
  };

  const enter = async (target: string, deviceId: string, now: number): Promise<void> => {
    const row = `${target}#${deviceId}`;
    if (now - (writtenAt.get(row) ?? -Infinity) < rememberedMs) return;
    const expiresAt = ttlAt(now + deviceTtlMs);
    await db.put({ TableName: table, Item: { target, deviceId, expiresAt } });
    remember(row, now);
  };

  return async (reading, now) => {
    const targets = keysOf(reading).filter((target) => !target.startsWith('device#'));
    await Promise.all(targets.map((target) => enter(target, reading.deviceId, now)));
  };
};

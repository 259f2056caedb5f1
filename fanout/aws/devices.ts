import type { Devices } from '../ports.ts';
import { keyOf } from '../target.ts';
import type { Dynamo, Written } from './api/dynamo.ts';
import { batchGet } from './batchGet.ts';
import { connected, deviceOf, heardOf, newest, recorded, writeOf, type Fact } from './deviceRow.ts';
import { memberships } from './memberships.ts';
import { unlessConditionFails } from './unlessConditionFails.ts';

/**
 * Devices in DynamoDB: a row a device, and a row of their own for each region and type that a device is of, written
 * before the device's.
 */
export const dynamoDevices = (db: Dynamo, tables: { devices: string; members: string }): Devices => {
  const enter = memberships(db, tables.members);

  /** Undefined if a condition does not hold; else with what the row was before. */
  const write = (deviceId: string, ...facts: Fact[]): Promise<Written | undefined> =>
    unlessConditionFails(
      db.update({ TableName: tables.devices, Key: { deviceId }, ReturnValues: 'ALL_OLD', ...writeOf(facts) }),
    );

  return {
    see: async (reading, { recordedAt, own }) => {
      await enter(reading, recordedAt);
      const heard = own ? [heardOf(reading.receivedAt)] : [];
      // The newest last, so that a row with a reading is whole.
      if ((await write(reading.deviceId, recorded(recordedAt), ...heard, newest(reading))) !== undefined)
        return;
      // It came late, or again. What it is not the newest for, it was recorded for.
      if ((await write(reading.deviceId, recorded(recordedAt), ...heard)) !== undefined) return;
      for (const fact of [...heard, newest(reading)]) await write(reading.deviceId, fact);
    },

    presence: async (deviceId, { online, at }) => {
      const changed = await write(deviceId, connected({ online, at }));
      if (changed === undefined || changed.Attributes?.['online'] === online) return undefined;
      return deviceOf({ ...changed.Attributes, online, onlineAt: at });
    },

    inTarget: async (target) => {
      if ('device' in target) return [target.device];
      const deviceIds: string[] = [];
      const pages = db.query({
        TableName: tables.members,
        ConsistentRead: true,
        KeyConditionExpression: '#target = :target',
        ProjectionExpression: 'deviceId',
        ExpressionAttributeNames: { '#target': 'target' },
        ExpressionAttributeValues: { ':target': keyOf(target) },
      });
      for await (const rows of pages)
        deviceIds.push(...(rows as { deviceId: string }[]).map(({ deviceId }) => deviceId)); // As projected.
      return deviceIds; // Sorted by their sort key.
    },

    get: async (deviceIds) => {
      const keys = [...new Set(deviceIds)].map((deviceId) => ({ deviceId }));
      const items = await batchGet(db, tables.devices)(keys);
      return items.flatMap((item) => deviceOf(item) ?? []);
    },
  };
};

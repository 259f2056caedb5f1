import { isNewer } from '../newest.ts';
import type { Device, Devices } from '../ports.ts';
import type { Reading } from '../reading.ts';
import { keyOf, keysOf, type TargetKey } from '../target.ts';

type Presence = { readonly online: boolean; readonly at: number };
type Row = { latest?: Reading; recordedAt: number; presence?: Presence };

const deviceOf = ({ latest, recordedAt, presence }: Row): Device | undefined =>
  latest && {
    deviceId: latest.deviceId,
    region: latest.region,
    ...(latest.deviceType === undefined ? {} : { deviceType: latest.deviceType }),
    latest,
    recordedAt,
    ...(presence === undefined ? {} : { online: presence.online, onlineAt: presence.at }),
  };

/** Whether `presence` says more than what is known. Of one instant a connect counts: see the port. */
const saysMore = (presence: Presence, known: Presence | undefined): boolean =>
  known === undefined ||
  presence.at > known.at ||
  (presence.at === known.at && presence.online && !known.online);

/** Devices in this process. None is ever forgotten. */
export const memoryDevices = (): Devices => {
  const rows = new Map<string, Row>();
  const members = new Map<TargetKey, Set<string>>();

  const rowOf = (deviceId: string): Row => {
    const row = rows.get(deviceId) ?? { recordedAt: 0 };
    rows.set(deviceId, row);
    return row;
  };

  const enter = (reading: Reading): void => {
    for (const target of keysOf(reading))
      members.set(target, (members.get(target) ?? new Set()).add(reading.deviceId));
  };

  return {
    see: async (reading, { recordedAt, own }) => {
      enter(reading);
      const row = rowOf(reading.deviceId);
      if (row.latest === undefined || isNewer(reading, row.latest)) row.latest = reading;
      row.recordedAt = Math.max(row.recordedAt, recordedAt);
      if (own) row.presence ??= { online: true, at: reading.receivedAt };
    },
    presence: async (deviceId, presence) => {
      const row = rowOf(deviceId);
      const known = row.presence;
      if (!saysMore(presence, known)) return undefined;
      row.presence = presence;
      return presence.online === known?.online ? undefined : deviceOf(row);
    },
    inTarget: async (target) =>
      'device' in target ? [target.device] : [...(members.get(keyOf(target)) ?? [])].sort(),
    get: async (deviceIds) =>
      [...new Set(deviceIds)].flatMap((deviceId) => {
        const row = rows.get(deviceId);
        return (row && deviceOf(row)) ?? [];
      }),
  };
};

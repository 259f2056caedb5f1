import { maySee } from '../grants.ts';
import { pages } from '../pages.ts';
import type { Device, Devices, Subscription } from '../ports.ts';
import type { Frame, SnapshotDevice } from '../protocol.ts';
import { keysOf, targetOf } from '../target.ts';
import { matches } from '../where.ts';
import { couldSee } from './couldSee.ts';

/** Devices read before the first of them are sent. A device and its reading are at most 25 KB, most are below 1 KB. */
const atOnce = 500;

const slices = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));

/** What is said of a device is what its newest reading says, so that its grants are checked on the very thing shown. */
const itemOf = ({ latest, recordedAt, online }: Device): SnapshotDevice => {
  const { deviceId, region, deviceType, data, ...stamps } = latest;
  return {
    deviceId,
    region,
    ...(deviceType === undefined ? {} : { deviceType }),
    ...(online === undefined ? {} : { online }),
    lastSeen: recordedAt,
    latest: { ...stamps, data: { ...data } },
  };
};

const byId = (a: SnapshotDevice, b: SnapshotDevice): number => (a.deviceId < b.deviceId ? -1 : 1);

/**
 * The devices of a subscription, each with its newest reading, in pages by name, and the end of them: those that are of
 * the target now, that the grants cover, and whose newest reading matches the `where`. There `changedBy` asks no more
 * than that the field is a number, for nothing was sent before. Everything recorded before `at` is in it.
 */
export const snapshot = ({
  devices,
  now,
}: {
  devices: Pick<Devices, 'inTarget' | 'get'>;
  now: () => number;
}) =>
  async function* ({ id, target, grants, where }: Subscription): AsyncGenerator<Frame, undefined> {
    const at = now();
    const isShown = ({ latest }: Device): boolean =>
      keysOf(latest).includes(target) && maySee(grants, latest) && matches(where, latest.data);
    let count = 0;
    const of = targetOf(target);
    const ids = (await devices.inTarget(of)).filter((deviceId) => couldSee(grants, of, deviceId));
    for (const deviceIds of slices(ids, atOnce)) {
      const items = (await devices.get(deviceIds)).filter(isShown).map(itemOf).sort(byId);
      count += items.length;
      yield* pages(items, (page) => ({ type: 'snapshot', id, devices: [...page] }));
    }
    yield { type: 'snapshot_end', id, devices: count, at };
    return undefined;
  };

import pLimit from 'p-limit';
import { maySee } from './grants.ts';
import { pushMs, type Device, type Push, type Subscriptions } from './ports.ts';
import type { FrameOf } from './protocol.ts';
import { byConnection, keysOf } from './target.ts';

const concurrency = 64;

/**
 * Tells every connection that subscribed to the device, its region or its type, and may see it, whether the device is
 * connected. `where` and `maxRate` are about readings and do not matter. At most once, and not repeated where a
 * post fails, or might not end by `until` (epoch ms): the next snapshot says it again.
 */
export const announce =
  ({
    subscriptions,
    push,
    now,
  }: {
    subscriptions: Pick<Subscriptions, 'byTarget'>;
    push: Push;
    now: () => number;
  }) =>
  async (
    { deviceId, region, deviceType, latest, online, onlineAt }: Device,
    until: number,
  ): Promise<void> => {
    if (online === undefined || onlineAt === undefined) return;
    const status: FrameOf<'device_status'> = {
      type: 'device_status',
      deviceId,
      region,
      ...(deviceType === undefined ? {} : { deviceType }),
      online,
      at: onlineAt,
    };
    const frame = JSON.stringify(status);
    const found = await Promise.all(keysOf(latest).map((key) => subscriptions.byTarget(key)));
    const limit = pLimit(concurrency);
    const posts = [...byConnection(found.flat())]
      .filter(([, rows]) =>
        rows.some(({ tokenExpiresAt, grants }) => tokenExpiresAt > now() && maySee(grants, latest)),
      )
      .map(([connectionId]) =>
        limit(async () => (now() + pushMs > until ? undefined : push(connectionId, frame))),
      );
    // Every post ends before one that threw is heard.
    for (const end of await Promise.allSettled(posts)) if (end.status === 'rejected') throw end.reason;
  };

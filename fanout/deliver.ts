import pLimit from 'p-limit';
import { disconnect } from './disconnect.ts';
import { maySee } from './grants.ts';
import type { Connections, Outcome, Push, Subscription, Subscriptions } from './ports.ts';
import type { SensorUpdate } from './protocol.ts';
import type { Reading } from './reading.ts';
import { keysOf } from './target.ts';

export type DeliverPorts = {
  connections: Pick<Connections, 'close'>;
  subscriptions: Pick<Subscriptions, 'byTarget' | 'delete'>;
  push: Push;
  /** Epoch ms. */
  now: () => number;
};

/** What became of one reading, by viewer. The sum is the number of connections that subscribed to it. */
export type Delivery = Record<Outcome | 'notGranted' | 'tokenExpired', number>;

/** Posts under way at once for one reading. */
const concurrency = 64;

/** `$connect` may still be running, and then the edge says 410 of a connection that is about to open. */
const youngMs = 5_000;

const updateOf = (reading: Reading, sentAt: number): SensorUpdate => ({
  type: 'sensor_update',
  ...reading,
  sentAt,
  data: { ...reading.data },
});

/** One list of subscriptions per connection, so that overlapping subscriptions bring a reading once. */
const byConnection = (subscriptions: readonly Subscription[]): Map<string, Subscription[]> => {
  const grouped = new Map<string, Subscription[]>();
  for (const subscription of subscriptions) {
    const group = grouped.get(subscription.connectionId);
    if (group) group.push(subscription);
    else grouped.set(subscription.connectionId, [subscription]);
  }
  return grouped;
};

/**
 * Brings one reading to every connection that subscribed to its device, region or type and may see it. Grants and
 * token expiry are checked here, whatever was checked when the subscription was made. One bad connection never fails
 * the others; throws, after all posts have ended, only when a store or the push itself is down.
 */
export const deliver =
  ({ connections, subscriptions, push, now }: DeliverPorts) =>
  async (reading: Reading): Promise<Delivery> => {
    const found = await Promise.all(keysOf(reading).map((key) => subscriptions.byTarget(key)));
    const frame = JSON.stringify(updateOf(reading, now()));

    const deliverTo = async (rows: Subscription[]): Promise<keyof Delivery> => {
      const [row] = rows;
      const alive = rows.filter(({ tokenExpiresAt }) => tokenExpiresAt > now());
      if (row === undefined || alive.length === 0) return 'tokenExpired';
      if (!alive.some(({ grants }) => maySee(grants, reading))) return 'notGranted';
      const outcome = await push(row.connectionId, frame);
      if (outcome === 'gone' && now() - row.connectedAt > youngMs)
        await disconnect({ connections, subscriptions })(row.connectionId, rows);
      return outcome;
    };

    const delivery: Delivery = { delivered: 0, gone: 0, busy: 0, refused: 0, notGranted: 0, tokenExpired: 0 };
    const limit = pLimit(concurrency);
    const posts = [...byConnection(found.flat()).values()].map((rows) => limit(() => deliverTo(rows)));
    // Every post ends before one that threw is heard: an outage must not leave posts running behind a retry.
    for (const end of await Promise.allSettled(posts)) {
      if (end.status === 'rejected') throw end.reason;
      delivery[end.value] += 1;
    }
    return delivery;
  };

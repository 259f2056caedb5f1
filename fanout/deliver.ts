import pLimit from 'p-limit';
import { disconnect, mayBeOpening } from './disconnect.ts';
import { due } from './due.ts';
import { noteSent, paceReading, tryLater, type PaceReadingPorts } from './paceReading.ts';
import type { Connections, Outcome, Push, Subscription, Subscriptions } from './ports.ts';
import type { Reading } from './reading.ts';
import { byConnection, keysOf } from './target.ts';
import { updateOf } from './update.ts';
import { usesLast } from './where.ts';

export type DeliverPorts = PaceReadingPorts & {
  connections: Pick<Connections, 'close'>;
  subscriptions: Pick<Subscriptions, 'byTarget' | 'delete'>;
  push: Push;
};

/**
 * What became of one reading, by viewer. The sum is the number of connections that subscribed to it. `folded`: it goes
 * out later, as part of another; `filtered`: no `where` of the connection wants it.
 */
export type Delivery = Record<Outcome | 'folded' | 'filtered' | 'notGranted' | 'tokenExpired', number>;

/** Posts under way at once for one reading. */
const concurrency = 64;

/**
 * Brings one reading to every connection that subscribed to its device, region or type and may see it. Grants and
 * token expiry are checked here, whatever was checked when the subscription was made. One bad connection never fails
 * the others; throws, after all posts have ended, only when a store or the push itself is down.
 */
export const deliver =
  ({ connections, subscriptions, push, ...pacePorts }: DeliverPorts) =>
  async (reading: Reading): Promise<Delivery> => {
    const { now } = pacePorts;
    const found = await Promise.all(keysOf(reading).map((key) => subscriptions.byTarget(key)));
    const frame = JSON.stringify(updateOf(reading, now()));

    const post = async (rows: readonly Subscription[], text: string): Promise<Outcome> => {
      const [row] = rows as [Subscription]; // byConnection makes no empty group
      const outcome = await push(row.connectionId, text);
      if (outcome === 'gone' && !mayBeOpening(row, now()))
        await disconnect({ connections, subscriptions })(row.connectionId, rows);
      return outcome;
    };

    const deliverTo = async (
      connectionId: string,
      rows: readonly Subscription[],
    ): Promise<keyof Delivery> => {
      const decision = due({ rows, reading, now: now() });
      const key = { connectionId, deviceId: reading.deviceId };
      if (decision.verdict === 'now') {
        if (rows.some(({ where }) => usesLast(where))) await noteSent(pacePorts)(key, reading);
        return post(rows, frame);
      }
      if (decision.verdict !== 'paced') return decision.verdict;
      const paced = await paceReading(pacePorts)(key, reading, decision.wishes);
      if (typeof paced === 'string') return paced;
      const outcome = await post(rows, JSON.stringify(updateOf(paced, now())));
      if (outcome === 'busy') await tryLater(pacePorts)(key, paced);
      return outcome;
    };

    const delivery: Delivery = {
      delivered: 0,
      gone: 0,
      busy: 0,
      refused: 0,
      folded: 0,
      filtered: 0,
      notGranted: 0,
      tokenExpired: 0,
    };
    const limit = pLimit(concurrency);
    const posts = [...byConnection(found.flat())].map(([id, rows]) => limit(() => deliverTo(id, rows)));
    // Every post ends before one that threw is heard: an outage must not leave posts running behind a retry.
    for (const end of await Promise.allSettled(posts)) {
      if (end.status === 'rejected') throw end.reason;
      delivery[end.value] += 1;
    }
    return delivery;
  };

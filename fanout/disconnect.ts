import pLimit from 'p-limit';
import type { Connection, Connections, SubscriptionKey, Subscriptions } from './ports.ts';

/** `$connect` may still be running, and then the edge says 410 of a connection that is about to open. */
const openingMs = 5_000;

/** Whether the edge may say that a connection is gone although it is only about to open. `now`: epoch ms. */
export const mayBeOpening = ({ connectedAt }: Pick<Connection, 'connectedAt'>, now: number): boolean =>
  now - connectedAt <= openingMs;

/**
 * Forgets a connection and its subscriptions. `seen` are rows known to the caller that the connection's own row may no
 * longer list. Repeatable, and safe to be cut short: what is left over is found again by 410 or by TTL.
 */
export const disconnect =
  ({
    connections,
    subscriptions,
  }: {
    connections: Pick<Connections, 'close'>;
    subscriptions: Pick<Subscriptions, 'delete'>;
  }) =>
  async (connectionId: string, seen: readonly SubscriptionKey[] = []): Promise<void> => {
    const listed = await connections.close(connectionId);
    await subscriptions.delete([...listed, ...seen]);
  };

/** Connections forgotten at once. */
const concurrency = 32;

/**
 * Forgets connections that the edge says are gone, each with the rows that were seen of it: those first, since they are what
 * keeps it being posted to. The rest only until `until` (epoch ms): what is left over is found again by 410 or by TTL.
 */
export const forgetAll =
  ({
    connections,
    subscriptions,
    now,
  }: {
    connections: Pick<Connections, 'close'>;
    subscriptions: Pick<Subscriptions, 'delete'>;
    now: () => number;
  }) =>
  async (seen: ReadonlyMap<string, readonly SubscriptionKey[]>, until: number): Promise<void> => {
    if (seen.size === 0) return;
    await subscriptions.delete([...seen.values()].flat());
    await pLimit(concurrency).map([...seen.keys()], async (connectionId) => {
      if (now() < until) await disconnect({ connections, subscriptions })(connectionId);
    });
  };

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

/**
 * Forgets connections that the edge says are gone, by rows that were seen of them: those first, since they are what keeps
 * them being posted to. Repeatable, and safe to be cut short, as {@link disconnect}.
 */
export const forgetAll =
  ({
    connections,
    subscriptions,
  }: {
    connections: Pick<Connections, 'closeAll'>;
    subscriptions: Pick<Subscriptions, 'delete'>;
  }) =>
  async (seen: readonly SubscriptionKey[]): Promise<void> => {
    if (seen.length === 0) return;
    await subscriptions.delete(seen);
    await subscriptions.delete(
      await connections.closeAll([...new Set(seen.map(({ connectionId }) => connectionId))]),
    );
  };

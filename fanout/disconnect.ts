import type { Connections, SubscriptionKey, Subscriptions } from './ports.ts';

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

import type { Connection, Connections, Held, SubscriptionKey, Subscriptions } from './ports.ts';

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

type ForgetPorts = {
  connections: Pick<Connections, 'deleteAll'>;
  subscriptions: Pick<Subscriptions, 'delete'>;
};

const forget = async (
  { connections, subscriptions }: ForgetPorts,
  keys: readonly SubscriptionKey[],
  connectionIds: readonly string[],
): Promise<void> => {
  await subscriptions.delete(keys); // First: they are what keeps them being posted to.
  await connections.deleteAll(connectionIds);
};

/** Forgets connections that the edge says are gone. Repeatable, and safe to be cut short, as {@link disconnect}. */
export const forgetHeld =
  (ports: ForgetPorts) =>
  (gone: readonly Held[]): Promise<void> =>
    forget(
      ports,
      gone.flatMap(({ subscriptions }) => subscriptions),
      gone.map(({ connection }) => connection.connectionId),
    );

/** As {@link forgetHeld}, by rows that were seen of the connections, which their own may no longer list. */
export const forgetAll =
  ({ connections, ...ports }: ForgetPorts & { connections: Pick<Connections, 'findAll'> }) =>
  async (seen: readonly SubscriptionKey[]): Promise<void> => {
    const connectionIds = [...new Set(seen.map(({ connectionId }) => connectionId))];
    const held = await connections.findAll(connectionIds);
    const listed = held.flatMap(({ subscriptions }) => subscriptions);
    await forget({ connections, ...ports }, [...seen, ...listed], connectionIds);
  };

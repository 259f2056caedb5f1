import type { Connection, Connections, Held, HeldSubscription } from '../ports.ts';
import { tokenMs, waitMs } from '../tokenBucket.ts';

type Row = {
  connection: Connection;
  readonly subscriptions: Map<string, HeldSubscription>;
  tat: number;
};

const heldOf = ({ connection, subscriptions }: Row): Held => ({
  connection,
  subscriptions: [...subscriptions.values()],
});

/** Connections in this process, for tests and for an edge that holds its sockets itself. */
export const memoryConnections = (): Connections => {
  const rows = new Map<string, Row>();
  const close = (connectionId: string): readonly HeldSubscription[] => {
    const row = rows.get(connectionId);
    rows.delete(connectionId);
    return row === undefined ? [] : heldOf(row).subscriptions;
  };

  return {
    open: async (connection) => {
      rows.set(connection.connectionId, { connection, subscriptions: new Map(), tat: 0 });
    },
    admit: async (connectionId, now) => {
      const row = rows.get(connectionId);
      if (row === undefined) return { outcome: 'unknown' };
      const retryAfterMs = waitMs(row.tat, now);
      if (retryAfterMs > 0) return { outcome: 'limited', retryAfterMs };
      row.tat = Math.max(row.tat, now) + tokenMs;
      return { outcome: 'admitted', held: heldOf(row) };
    },
    claim: async (subscription, cap) => {
      const row = rows.get(subscription.connectionId);
      if (row === undefined) return { outcome: 'unknown' };
      const held = row.subscriptions.get(subscription.id);
      if (held !== undefined && held.target !== subscription.target) return { outcome: 'taken' };
      if (held === undefined && row.subscriptions.size >= cap) return { outcome: 'full' };
      row.subscriptions.set(subscription.id, subscription);
      return { outcome: 'claimed' };
    },
    release: async (connectionId, id) => {
      const subscriptions = rows.get(connectionId)?.subscriptions;
      const released = subscriptions?.get(id);
      subscriptions?.delete(id);
      return released;
    },
    authenticate: async (connectionId, { grants, tokenExpiresAt }) => {
      const row = rows.get(connectionId);
      if (row === undefined) return undefined;
      row.connection = { ...row.connection, grants, tokenExpiresAt };
      return heldOf(row);
    },
    find: async (connectionId) => {
      const row = rows.get(connectionId);
      return row && heldOf(row);
    },
    ofPrincipal: async (principal) =>
      [...rows.values()]
        .filter(({ connection }) => connection.principal === principal)
        .map(({ connection: { connectionId, connectedAt } }) => ({ connectionId, connectedAt }))
        .sort((a, b) => a.connectedAt - b.connectedAt),
    findAll: async (connectionIds) =>
      connectionIds.flatMap((connectionId) => {
        const row = rows.get(connectionId);
        return row === undefined ? [] : [heldOf(row)];
      }),
    close: async (connectionId) => close(connectionId),
    deleteAll: async (connectionIds) => connectionIds.forEach(close),
  };
};

import type { Connection, Connections, Subscription, SubscriptionKey, Subscriptions } from '../ports.ts';
import type { TargetKey } from '../target.ts';

/** Connections in this process, for tests and for an edge that holds its sockets itself. */
export const memoryConnections = (): Connections => {
  const rows = new Map<string, { connection: Connection; targets: Map<string, TargetKey> }>();

  const keysOf = (connectionId: string): SubscriptionKey[] =>
    [...(rows.get(connectionId)?.targets ?? [])].map(([id, target]) => ({ target, connectionId, id }));

  return {
    open: async (connection) => {
      rows.set(connection.connectionId, { connection, targets: new Map() });
    },
    claim: async ({ connectionId, id, target }, cap) => {
      const row = rows.get(connectionId);
      if (row === undefined) return { outcome: 'unknown' };
      const held = row.targets.get(id);
      if (held !== undefined && held !== target) return { outcome: 'taken' };
      if (held === undefined && row.targets.size >= cap) return { outcome: 'full' };
      row.targets.set(id, target);
      return { outcome: 'claimed', connection: row.connection };
    },
    release: async (connectionId, id) => {
      rows.get(connectionId)?.targets.delete(id);
    },
    find: async (connectionId) => {
      const row = rows.get(connectionId);
      return row && { connection: row.connection, subscriptions: keysOf(connectionId) };
    },
    close: async (connectionId) => {
      const keys = keysOf(connectionId);
      rows.delete(connectionId);
      return keys;
    },
  };
};

/** Subscriptions in this process, by target. */
export const memorySubscriptions = (): Subscriptions => {
  const rows = new Map<TargetKey, Map<string, Subscription>>();
  const rowOf = ({ connectionId, id }: SubscriptionKey) => `${connectionId}#${id}`;

  return {
    put: async (subscription) => {
      const ofTarget = rows.get(subscription.target) ?? new Map<string, Subscription>();
      rows.set(subscription.target, ofTarget.set(rowOf(subscription), subscription));
    },
    delete: async (keys) => {
      for (const key of keys) {
        const ofTarget = rows.get(key.target);
        ofTarget?.delete(rowOf(key));
        if (ofTarget?.size === 0) rows.delete(key.target);
      }
    },
    byTarget: async (target) => [...(rows.get(target)?.values() ?? [])],
  };
};

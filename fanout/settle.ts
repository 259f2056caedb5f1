import type { Connections, Held, Subscription, SubscriptionKey, Subscriptions } from './ports.ts';

export type SettlePorts = {
  connections: Pick<Connections, 'find'>;
  subscriptions: Pick<Subscriptions, 'put' | 'delete'>;
};

/** The row that delivery should read, as the connection has it. Undefined: it should read none. */
export const rowOf = (
  { connection: { connectionId, grants, tokenExpiresAt, connectedAt }, subscriptions }: Held,
  key: Pick<SubscriptionKey, 'target' | 'id'>,
): Subscription | undefined => {
  const held = subscriptions.find(({ id, target }) => id === key.id && target === key.target);
  if (held === undefined) return undefined;
  const { id, target, where, maxRate } = held;
  return {
    target,
    connectionId,
    id,
    ...(where === undefined ? {} : { where }),
    ...(maxRate === undefined ? {} : { maxRate }),
    grants,
    tokenExpiresAt,
    connectedAt,
  };
};

/** Of two rows made by {@link rowOf}, so that their properties come in one order. */
const isSame = (a: Subscription | undefined, b: Subscription | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/**
 * Makes a subscription's row follow its connection's row, after that changed. Whoever changes a connection settles what
 * it changed; as every write here is followed by another look, the last one to write has seen the last change, in
 * whatever order requests of one connection come to be carried out. Repeatable; cut short, it may leave an old row until
 * the next time.
 *
 * @returns the row as it was written, undefined where there is none now.
 */
export const settle =
  ({ connections, subscriptions }: SettlePorts) =>
  async (key: SubscriptionKey): Promise<Subscription | undefined> => {
    const wanted = async (): Promise<Subscription | undefined> => {
      const held = await connections.find(key.connectionId);
      return held && rowOf(held, key);
    };
    for (let row = await wanted(); ;) {
      await (row === undefined ? subscriptions.delete([key]) : subscriptions.put(row));
      const now = await wanted();
      if (isSame(row, now)) return row;
      row = now;
    }
  };

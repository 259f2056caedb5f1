import type { Connection, Held, HeldSubscription } from '../ports.ts';
import type { TargetKey } from '../target.ts';
import { ttlOf } from './ttl.ts';
import { wishOf, wishRowOf, type WishRow } from './wish.ts';

type SubscriptionEntry = WishRow & { readonly target: TargetKey };

/** A row of the Connections table. */
export type ConnectionRow = Connection & {
  readonly subscriptions: Readonly<Record<string, SubscriptionEntry>>;
  /** The token bucket: see `waitMs`. */
  readonly tat: number;
  readonly expiresAt: number;
};

/** The row of a connection that has just opened. */
export const newConnectionRow = (connection: Connection): ConnectionRow => ({
  ...connection,
  subscriptions: {},
  tat: 0,
  expiresAt: ttlOf(connection),
});

export const entryOf = ({ target, ...wish }: HeldSubscription): SubscriptionEntry => ({
  target,
  ...wishRowOf(wish),
});

/** What a row says. Takes what the SDK read, for only this file's rows are in the table. */
export const heldOf = (item: Record<string, unknown>): Held => {
  const { subscriptions, tat: _, expiresAt: __, ...connection } = item as ConnectionRow;
  const { connectionId } = connection;
  return {
    connection,
    subscriptions: Object.entries(subscriptions).map(([id, { target, ...wish }]) => ({
      target,
      connectionId,
      id,
      ...wishOf(wish),
    })),
  };
};

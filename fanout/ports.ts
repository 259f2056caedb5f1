import type { Grant } from './grants.ts';
import type { TargetKey } from './target.ts';

/** A viewer's open WebSocket, as the store keeps it. Times are epoch ms. */
export type Connection = {
  readonly connectionId: string;
  /** The token's `sub`. */
  readonly principal: string;
  readonly grants: readonly Grant[];
  readonly tokenExpiresAt: number;
  readonly connectedAt: number;
};

/** What names one subscription row. */
export type SubscriptionKey = {
  readonly target: TargetKey;
  readonly connectionId: string;
  /** Chosen by the client, unique in its connection. */
  readonly id: string;
};

/** One subscription as delivery needs it: everything that decides is on the row, so that one query is enough. */
export type Subscription = SubscriptionKey & Omit<Connection, 'principal'>;

/** What came of entering a subscription's id into its connection. */
export type Claim =
  | { outcome: 'claimed'; connection: Connection }
  /** The id stands for another target already. */
  | { outcome: 'taken' }
  /** The connection holds as many subscriptions as it may. */
  | { outcome: 'full' }
  | { outcome: 'unknown' };

/**
 * The open connections, each with the ids and targets of its subscriptions. The row is the index by connection: read
 * strongly, and where the cap is held. Implementations throw when the store is down; everything else is a value.
 */
export type Connections = {
  /** Writes the connection, without subscriptions. */
  open: (connection: Connection) => Promise<void>;
  /** Enters `id → target` if the connection has it already or holds fewer than `cap`. Atomic. */
  claim: (key: SubscriptionKey, cap: number) => Promise<Claim>;
  /** Takes the id out again. Repeatable. */
  release: (connectionId: string, id: string) => Promise<void>;
  /** The connection and the keys of its subscriptions; undefined if it is unknown. */
  find: (
    connectionId: string,
  ) => Promise<{ connection: Connection; subscriptions: SubscriptionKey[] } | undefined>;
  /** Deletes the connection and resolves to the keys of its subscriptions, for the caller to delete. Repeatable. */
  close: (connectionId: string) => Promise<SubscriptionKey[]>;
};

/** The subscription rows, found by target. Implementations throw when the store is down. */
export type Subscriptions = {
  /** Writes the row, over one of the same key. */
  put: (subscription: Subscription) => Promise<void>;
  /** Deletes the rows; one that is not there is fine. */
  delete: (keys: readonly SubscriptionKey[]) => Promise<void>;
  /** Every row of the target, all pages, in no particular order. May be some milliseconds behind `put`. */
  byTarget: (target: TargetKey) => Promise<Subscription[]>;
};

/** Every way a post to one connection can end. */
export const outcomes = [
  /** The edge took it. It does not mean that the viewer has it. */
  'delivered',
  /** There is no such connection (410). */
  'gone',
  /** The edge asked to slow down, failed or did not answer (429, 5xx, time-out). */
  'busy',
  /** The edge will never take this post (400, 403, 413). */
  'refused',
] as const;
export type Outcome = (typeof outcomes)[number];

/** Sends one frame to one connection. Never throws for what an {@link Outcome} can say. */
export type Push = (connectionId: string, frame: string) => Promise<Outcome>;

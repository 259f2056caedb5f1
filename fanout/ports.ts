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

/** One subscription as delivery needs it: everything that decides is on the row, so that one query is enough. */
export type Subscription = {
  readonly target: TargetKey;
  readonly connectionId: string;
  /** Chosen by the client, unique in its connection. */
  readonly id: string;
  readonly grants: readonly Grant[];
  readonly tokenExpiresAt: number;
  readonly connectedAt: number;
};

/** What names one subscription row. */
export type SubscriptionKey = Pick<Subscription, 'target' | 'connectionId' | 'id'>;

export type Claim =
  /** The connection holds the id now; `previous` is the target the id had before, where it had another. */
  | { outcome: 'claimed'; connection: Connection; previous?: TargetKey }
  | { outcome: 'full' }
  | { outcome: 'unknown_connection' };

/**
 * The open connections, each with the ids of its subscriptions. This row is the index by connection: it is read
 * strongly, and it holds the cap. Implementations throw when the store is down; everything else is a value.
 */
export type Connections = {
  /** Writes the connection, with no subscriptions. */
  open: (connection: Connection) => Promise<void>;
  /** Enters `id → target` unless the connection is unknown or holds `cap` other ids already. Atomic. */
  claim: (connectionId: string, id: string, target: TargetKey, cap: number) => Promise<Claim>;
  /** Takes `id` out. Resolves to the target it had; undefined if it, or the connection, is unknown. */
  release: (connectionId: string, id: string) => Promise<TargetKey | undefined>;
  /** The connection and its `[id, target]` pairs; undefined if unknown. */
  find: (
    connectionId: string,
  ) => Promise<{ connection: Connection; subscriptions: (readonly [string, TargetKey])[] } | undefined>;
  /** Deletes the connection. Resolves to the keys of its subscriptions, for the caller to delete. Repeatable. */
  close: (connectionId: string) => Promise<SubscriptionKey[]>;
};

/** The subscription rows, found by target. Implementations throw when the store is down. */
export type Subscriptions = {
  put: (subscription: Subscription) => Promise<void>;
  /** Deletes the rows; a row that is not there is fine. */
  delete: (keys: readonly SubscriptionKey[]) => Promise<void>;
  /** Every row of the target, all pages, in no particular order. May be some milliseconds old. */
  byTarget: (target: TargetKey) => Promise<Subscription[]>;
};

/**
 * What became of one post to one connection.
 * - `delivered`: the edge took it. It does not mean that the viewer has it.
 * - `gone`: there is no such connection (410).
 * - `busy`: the edge asked to slow down or failed (429, 5xx, no answer).
 * - `refused`: the edge will never take this post (400, 403, 413).
 */
export type Outcome = 'delivered' | 'gone' | 'busy' | 'refused';

/** Sends one frame to one connection. Never throws for what an {@link Outcome} can say. */
export type Push = (connectionId: string, frame: string) => Promise<Outcome>;

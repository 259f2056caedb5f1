import type { Grant } from './grants.ts';
import type { Fold } from './fold.ts';
import type { Pace } from './pace.ts';
import type { Condition, Frame } from './protocol.ts';
import type { Reading } from './reading.ts';
import type { Target, TargetKey } from './target.ts';

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

/** What a subscription asks for, beyond its target. */
export type Wish = {
  readonly where?: readonly Condition[];
  /** Updates per second and device; above it readings are folded. */
  readonly maxRate?: number;
};

/** A subscription as its connection's row has it. That row is the truth; the subscription's own row follows it. */
export type HeldSubscription = SubscriptionKey & Wish;

/** One subscription as delivery needs it: everything that decides is on the row, so that one query is enough. */
export type Subscription = HeldSubscription & Omit<Connection, 'principal'>;

/** A connection and its subscriptions. */
export type Held = { readonly connection: Connection; readonly subscriptions: readonly HeldSubscription[] };

/** What came of entering a subscription into its connection. */
export type Claim =
  | { outcome: 'claimed' }
  /** The id stands for another target already. */
  | { outcome: 'taken' }
  /** The connection holds as many subscriptions as it may. */
  | { outcome: 'full' }
  | { outcome: 'unknown' };

/** What came of a request at the door. */
export type Admitted =
  | { outcome: 'admitted'; held: Held }
  | { outcome: 'limited'; retryAfterMs: number }
  | { outcome: 'unknown' };

/**
 * The open connections, each with its subscriptions. The row is the index by connection: read strongly, and where caps
 * are held. Implementations throw when the store is down; everything else is a value.
 */
export type Connections = {
  /** Writes the connection, without subscriptions and with a full token bucket. */
  open: (connection: Connection) => Promise<void>;
  /**
   * Takes one token from the connection's bucket (`limits.actionsPerSecond`, `actionsBurst`) and reads the connection
   * in the same step. Atomic: of requests that come at once, no more than the burst are admitted. `now` is epoch ms.
   */
  admit: (connectionId: string, now: number) => Promise<Admitted>;
  /** Enters or replaces `id → target, wish` if the id stands for this target or the connection holds fewer than `cap`. Atomic. */
  claim: (subscription: HeldSubscription, cap: number) => Promise<Claim>;
  /** Takes the id out again and resolves to what it stood for, as far as it stood for anything. Repeatable. */
  release: (connectionId: string, id: string) => Promise<HeldSubscription | undefined>;
  /** Replaces grants and expiry. Undefined if the connection is unknown. */
  authenticate: (
    connectionId: string,
    token: Pick<Connection, 'grants' | 'tokenExpiresAt'>,
  ) => Promise<Held | undefined>;
  /** Undefined if it is unknown. */
  find: (connectionId: string) => Promise<Held | undefined>;
  /** The principal's connections, the oldest first. May be some seconds behind `open` and `close`. */
  ofPrincipal: (principal: string) => Promise<Pick<Connection, 'connectionId' | 'connectedAt'>[]>;
  /** Those that are known, in no particular order. */
  findAll: (connectionIds: readonly string[]) => Promise<Held[]>;
  /** Deletes the connection and resolves to its subscriptions, for the caller to delete. Repeatable. */
  close: (connectionId: string) => Promise<readonly HeldSubscription[]>;
  /** Deletes the connections in few requests, their subscriptions left to the caller. None may come twice. Repeatable. */
  deleteAll: (connectionIds: readonly string[]) => Promise<void>;
};

/** The subscription rows, found by target. Implementations throw when the store is down. */
export type Subscriptions = {
  /** Writes the row, over one of the same key. */
  put: (subscription: Subscription) => Promise<void>;
  /** Deletes the rows; one that is not there is fine. */
  delete: (keys: readonly SubscriptionKey[]) => Promise<void>;
  /** Every row of the target, all pages, in no particular order. Sees every `put` that resolved before it was called. */
  byTarget: (target: TargetKey) => Promise<Subscription[]>;
};

/** What is known of a device. */
export type Device = {
  readonly deviceId: string;
  readonly region: string;
  readonly deviceType?: string;
  /** The newest reading, by `isNewer`. */
  readonly latest: Reading;
  /** Epoch ms by the server's clock: when a reading of it was last recorded, be it the newest or a late one. */
  readonly recordedAt: number;
  /** By its own MQTT connection; absent where nothing is known of one. */
  readonly online?: boolean;
  /** Since when, epoch ms. */
  readonly onlineAt?: number;
};

/** The devices, each with its newest reading and whether it is connected. */
export type Devices = {
  /**
   * Keeps the reading if it is newer (`isNewer`) than the one kept, and enters the device with its region and type. After
   * it resolves, `inTarget` names the device. `own`: it came over the device's own connection, so the device is online,
   * unless its presence is known already. `recordedAt`: epoch ms. Repeatable.
   */
  see: (reading: Reading, seen: { recordedAt: number; own: boolean }) => Promise<void>;
  /**
   * Remembers that the device's own connection began or ended at `at` (epoch ms), unless something later is known. Of one
   * instant the beginning counts: a connection that takes over from another ends that one at the moment it begins.
   * Resolves to the device if that changed whether it is online and a reading of it is known. Repeatable.
   */
  presence: (deviceId: string, presence: { online: boolean; at: number }) => Promise<Device | undefined>;
  /** The ids of the devices of a target, sorted; also of some that were of it once. Sees every `see` that resolved before. */
  inTarget: (target: Target) => Promise<string[]>;
  /** Those that are known and have a reading, in no particular order. Sees every `see` that resolved before. */
  get: (deviceIds: readonly string[]) => Promise<Device[]>;
};

/** One reading of the history. `position` sorts by `recordedAt` as text. */
export type Recorded = { readonly reading: Reading; readonly recordedAt: number; readonly position: string };

/** The history: every reading, for `retentionMs` after it was recorded. */
export type Readings = {
  readonly retentionMs: number;
  /** Keeps the readings under `recordedAt` (epoch ms by the server's clock). Repeated later, they are kept twice. */
  record: (readings: readonly Reading[], recordedAt: number) => Promise<void>;
  /**
   * The readings of a device recorded from `from` to `to` (inclusive, epoch ms), the oldest first, at most `limit`;
   * `after` is the position of the last one already had; any text is a place in the order. May bring some that were
   * recorded longer ago than `retentionMs`: the caller, who knows the time, does not ask `from` before. Sees every `record` that resolved before.
   */
  of: (
    deviceId: string,
    range: { from: number; to: number; limit: number; after?: string },
  ) => Promise<Recorded[]>;
};

/** What names the pace of one device on one connection. */
export type PaceKey = { readonly connectionId: string; readonly deviceId: string };

/** How far folding and report-by-exception have come, by connection and device. */
export type Paces = {
  /** With its version, to be given back to `write`; undefined where nothing is known yet. */
  find: (key: PaceKey) => Promise<{ pace: Pace; version: number } | undefined>;
  /** Writes if the version is still that (undefined: if there is none). False if another was faster: find it again. Rows that nobody writes for three hours may go. */
  write: (key: PaceKey, pace: Pace, version: number | undefined) => Promise<boolean>;
  /** Of what waits for any device of a connection, when the oldest was received, epoch ms. Undefined where nothing waits. */
  waitingSince: (connectionId: string) => Promise<number | undefined>;
};

/**
 * What connections are owed. A client that lost its connection resumes from the newest it had; what an edge was too busy
 * for is older, and nobody else would know.
 */
export type Debts = {
  /**
   * Remembers for a quarter of an hour from `now` that these connections lack something that was received at `since` or
   * later, epoch ms. The same `debt` of a connection takes the place of the one before. No connection may come twice.
   */
  owe: (connectionIds: readonly string[], debt: string, since: number, now: number) => Promise<void>;
  /** Remembers until `until`, epoch ms, that any connection may lack something that was received at `since` or later. */
  oweAll: (debt: string, since: number, until: number) => Promise<void>;
  /** They have it. */
  pay: (connectionIds: readonly string[], debt: string) => Promise<void>;
  /** Of what a connection is owed, when the oldest was received. Undefined where nothing is. Sees all that resolved before. */
  since: (connectionId: string, now: number) => Promise<number | undefined>;
};

/** What connections are owed: the edge did not take it when it was due, or was not asked. */
export type Unsent = {
  readonly connectionIds: readonly string[];
  /** For each of them. The oldest first. */
  readonly folds: readonly Fold[];
  /** How often the edge was asked in vain. */
  readonly attempt: number;
  /** As what they are owed it, see {@link Debts}. Absent where it is only a part of that, and where nobody was asked. */
  readonly debt?: string;
};

/** Work to be done later, by whoever comes for it. */
export type Later = {
  /** Has {@link flush} called for this key, once or more, not before `afterMs` (0–900,000) from now and little after. */
  flush: (key: PaceKey, afterMs: number) => Promise<void>;
  /** Has `resend` called for this, once or more, not before `afterMs` (0–900,000) from now and little after; in parts, where it is too much for one message. */
  resend: (unsent: Unsent, afterMs: number) => Promise<void>;
  /** Has these connections, of which these rows were seen, forgotten, once or more, soon. */
  forget: (seen: readonly SubscriptionKey[]) => Promise<void>;
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

/** Asks the edge once to send one frame to one connection. Never throws for what an {@link Outcome} can say. */
export type Post = (connectionId: string, frame: string) => Promise<Outcome>;

/**
 * Sends one frame to one connection, asking the edge more than once where that may help. Resolves within {@link pushMs},
 * or `busy`. Never throws for what an {@link Outcome} can say.
 */
export type Push = Post;

/** The longest that one {@link Push} takes, ms. Who has less time left must not begin one. */
export const pushMs = 2_500;

/** Sends a frame to the connection whose request is being answered. */
export type Send = (frame: Frame) => Promise<Outcome>;

/** Whether the edge still holds the connection. */
export type IsOpen = (connectionId: string) => Promise<boolean>;

/** Has the edge end a connection, with close code 1000; one that is gone already is fine. `busy` if the edge did not answer. */
export type HangUp = (connectionId: string) => Promise<'done' | 'busy'>;

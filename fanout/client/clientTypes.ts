import type {
  Condition,
  Frame,
  FrameOf,
  HistoryReading,
  SensorUpdate,
  SubscriptionItem,
} from '../protocol.ts';
import type { Target } from '../target.ts';
import type { ClientError, Result } from './clientError.ts';
import type { ConnectionOptions } from './connection.ts';

export type ClientOptions = ConnectionOptions;

/**
 * - `connecting`: not let in yet.
 * - `catching-up`: the server said welcome; until every subscription held before is gap-free again.
 * - `live`: connected, and nothing is missing.
 * - `offline`: the connection was lost or `token` failed, and the client tries again by itself; or it was closed.
 * - `refused`: the server answered the handshake with 401 or 403; or, since browsers hide that answer, none of the
 *   first three handshakes succeeded. The latter is a guess: a server that is not there looks the same. The client
 *   keeps trying, ever more seldom, and gets to `live` if it is let in.
 */
export type ClientState = 'connecting' | 'catching-up' | 'live' | 'offline' | 'refused';

/**
 * One reading, or several of one device folded into the newest.
 *
 * - `source`: `live` as it was published; `replay` from the history, for what a subscription had missed; `snapshot` the
 *   newest that was known when a subscription began.
 * - `late`: a newer one of this device was handed out before.
 * - `subscriptions`: the ids of those it belongs to. The wire does not say; they are found by the same rules as on the
 *   server, but `changedBy` counts as matching.
 */
export type Update = SensorUpdate & {
  readonly source: 'live' | 'replay' | 'snapshot';
  readonly late?: true;
  readonly subscriptions: readonly string[];
};

/** What a subscription asks for, beyond its target. */
export type Wish = {
  /** Up to 8 conditions on the reading's data, all of which must hold. */
  where?: readonly Condition[];
  /** Updates per second and device, 0.01–50; above it readings are folded. */
  maxRate?: number;
};

export type SubscribeOptions = Wish & {
  /** Replay what was recorded since then: epoch ms by the server's clock. */
  since?: number;
  /** Whether the newest reading of each device comes first. Default: yes, unless `since` could be recovered. */
  snapshot?: boolean;
};

export type Subscription = {
  readonly id: string;
  readonly to: Target;
  /** As the server has them. */
  readonly where?: readonly Condition[] | undefined;
  readonly maxRate?: number | undefined;
  /** Whether it misses nothing as of now. */
  readonly live: boolean;
  /** Ends it. Without a connection there is nothing to ask: the server forgot it with the connection. */
  unsubscribe: () => Promise<Result<object>>;
  /**
   * Replaces `where` and `maxRate`, both: what is not given is not asked for any more. Waits until the subscription is
   * live; resolves when the server has changed it, or refuses to.
   */
  change: (wish: Wish) => Promise<Result<object>>;
};

/** Readings of one device that did not come: `from` to `to`, both inclusive, of its `seq` in this `boot`. */
export type Gap = { deviceId: string; boot: number; from: number; to: number };

/**
 * How far the server's clock is ahead of the client's, ms, and how long the question took: the truth lies within half of
 * that on either side.
 */
export type ClockReading = { aheadMs: number; roundTripMs: number };

export type DeviceStatus = Omit<FrameOf<'device_status'>, 'type'>;
export type Note = Omit<FrameOf<'note'>, 'type'>;
export type Explanation = Pick<FrameOf<'explain'>, 'device' | 'delivered' | 'stages'>;

export type HistoryRange = {
  /** When the server recorded it, epoch ms, inclusive; default: all that is kept. */
  from?: number;
  to?: number;
  /** Readings a page, 1–500. */
  limit?: number;
  /** The `next` of the page before. */
  after?: string;
};
/** The oldest first. There is more if `next` is there. */
export type HistoryPage = { readings: readonly HistoryReading[]; next?: string };

export type ClientEvents = {
  state: ClientState;
  update: Update;
  /** A device connected or disconnected, or a snapshot said whether it is. `at`: since when; for a snapshot, last seen. */
  status: DeviceStatus;
  note: Note;
  /** A subscription misses nothing from now on: for the first time, after a change, or again after a reconnect. */
  live: { id: string };
  /** What came of asking for what was missed; if not `recovered`, there is a hole, and a fresh snapshot. */
  resumed: { id: string; recovered: boolean; readings: number };
  /**
   * The newest reading of every device of a subscription has been handed out, by this subscription or before: `updates`
   * has them all. `devices` counts them.
   */
  snapshot: { id: string; devices: number; updates: readonly Update[] };
  /**
   * A reading came, but none before it for 300 ms. Told only of devices that give `boot` and `seq` and are covered by a
   * subscription without `where` and `maxRate`. The client then looks them up in the history, once.
   */
  gap: Gap;
  /** The look-up after a `gap` is done; it found so many `readings`, which were handed out as late updates. */
  gapFilled: Gap & { readings: number };
  /** There is no connection; the next attempt follows in so many ms, after so many `failures`. `connectNow()` makes it now. */
  retry: { inMs: number; failures: number };
  /** What went wrong and is not in the result of a call, and whatever API Gateway says in our server's place. */
  error: ClientError;
  /** Every frame of the contract, before anything is made of it. */
  frame: Frame;
};

export type { SubscriptionItem };

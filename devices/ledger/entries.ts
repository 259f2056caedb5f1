import type { Target } from '../../fanout/client/telemetryClient.ts';
import type { Condition, SensorUpdate } from '../../fanout/protocol.ts';

/**
 * What tells one reading from all others: `boot` grows with each restart of the device, `seq` with each reading of one boot. Of
 * a device that does not count, `boot` is 0 and `seq` its `ts`.
 */
export type Name = { readonly deviceId: string; readonly boot: number; readonly seq: number };
export const keyOf = ({ deviceId, boot, seq }: Name): string => `${deviceId} ${boot} ${seq}`;

/** What a reading says: fields and their values. */
export type Data = SensorUpdate['data'];

/** The extreme of each field that holds numbers. */
type Extremes = Readonly<Record<string, number>>;

/** How many readings an update stands for, itself included, and between which values. */
export type Fold = { readonly count: number; readonly min: Extremes; readonly max: Extremes };

/** A reading as it came past somewhere. `sha` is that of what came. */
export type Seen = Name & { readonly sha: string; readonly fold?: Fold };

/** Times are epoch ms by the clock of this machine. */
type At = { readonly at: number };
type Of<Tellings extends Record<string, object>> = {
  [What in keyof Tellings]: At & { readonly viewer: string; readonly what: What } & Tellings[What];
}[keyof Tellings];

/** What a viewer heard beside readings. */
export type Told = Of<{
  connected: { readonly connectionId: string };
  /** `id` is that of the subscription in the scene. */
  live: { readonly id: string };
  resumed: { readonly id: string; readonly recovered: boolean };
  gap: { readonly deviceId: string; readonly boot: number; readonly from: number; readonly to: number };
  filled: { readonly deviceId: string; readonly boot: number; readonly from: number; readonly to: number };
  error: { readonly code: string };
  /** A frame without a reading in it names a device that this viewer must not know of. */
  named: { readonly deviceId: string; readonly frame: string };
  cut: object;
  /** The connection was lost, for whatever reason. */
  offline: object;
  closed: object;
}>;

/** What each hop writes down before it goes on, a line each. */
export type Entries = {
  /** The device is about to publish. */
  attempted: At &
    Name &
    Pick<Device, 'region' | 'deviceType'> & { readonly data: Data; readonly sha: string };
  /** The device has the PUBACK. */
  acknowledged: At & Name;
  /** The device gave it up, and says why: its buffer was full, it rebooted, the broker would not have it. */
  discarded: At & Name & { readonly why: string };
  /** The rules engine has it; the PUBACK follows. */
  published: At & Seen;
  /** A post to a connection ended with this status; the answer follows. */
  posted: At & Seen & { readonly connectionId: string; readonly status: number };
  /** It was in a frame of this type that came over a viewer's socket. */
  received: At & Seen & { readonly viewer: string; readonly frame: string };
  /** A viewer's client handed it to the application. */
  applied: At &
    Seen & {
      readonly viewer: string;
      readonly source: 'live' | 'replay' | 'snapshot';
      readonly late?: true;
    };
  told: Told;
  /** Something was made to go wrong from then on, and did so often. */
  faulted: At & {
    readonly injected: number;
    readonly period: number;
    readonly kind: string;
    readonly setting: Readonly<Record<string, unknown>>;
  };
};
export type Hop = keyof Entries;
export const hops = [
  'attempted',
  'acknowledged',
  'discarded',
  'published',
  'posted',
  'received',
  'applied',
  'told',
  'faulted',
] as const satisfies readonly Hop[];

export type Device = {
  readonly deviceId: string;
  readonly region: string;
  readonly deviceType: string;
  /** Says when it measured, and neither `boot` nor `seq`. */
  readonly uncounted?: true;
};

/** As in `subscribe`; `id` is the client's. */
export type SubscriptionSpec = {
  readonly id: string;
  readonly to: Target;
  readonly where?: readonly Condition[];
  readonly maxRate?: number;
};

export type Viewer = {
  readonly viewer: string;
  readonly grants: readonly string[];
  readonly subscriptions: readonly SubscriptionSpec[];
  /** Nothing but a socket: it drops no duplicates, restores no order and resumes nothing, so that nothing is promised to it. */
  readonly foreign?: true;
  /** Cuts its own connection about so often, ms. */
  readonly cutEveryMs?: number;
};

/** Hops inside the system, which only its twin shows. */
export type InnerHop = 'published' | 'posted';

/** Who takes part. */
export type Scene = {
  readonly devices: readonly Device[];
  readonly viewers: readonly Viewer[];
  /** Hops that nobody could write down: what is not there is unknown, and not lost. */
  readonly unseen?: readonly InnerHop[];
};

/** All that was written down, in that order. */
export type Ledger = { readonly [H in Hop]: readonly Entries[H][] } & {
  readonly scene: Scene;
  /** Files that do not end with their last line, or hold what is no entry. */
  readonly torn: readonly Hop[];
};

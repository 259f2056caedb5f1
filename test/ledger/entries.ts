import type { Condition } from '../../fanout/protocol.ts';
import type { Target } from '../../fanout/target.ts';
import type { FaultKind, FaultSetting } from '../../infra/twin/faults/faults.ts';

/**
 * What tells one reading from all others: `boot` grows with each restart of the device, `seq` with each reading of one boot. Of
 * a device that does not count, `boot` is 0 and `seq` its `ts`.
 */
export type Name = { readonly deviceId: string; readonly boot: number; readonly seq: number };
export const keyOf = ({ deviceId, boot, seq }: Name): string => `${deviceId} ${boot} ${seq}`;

/** How many readings an update stands for, itself included, and between which values. */
export type Fold = { readonly count: number; readonly min: number; readonly max: number };

/** A reading as it came past somewhere. `sha` is that of what came; where it is not the one it came with, it begins with `bad`. */
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
    Pick<Device, 'region' | 'deviceType'> & { readonly value: number; readonly sha: string };
  /** The device has the PUBACK. */
  acknowledged: At & Name;
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
    readonly kind: FaultKind;
    readonly setting: FaultSetting;
  };
};
export type Hop = keyof Entries;
export const hops = [
  'attempted',
  'acknowledged',
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

/** Who takes part. */
export type Scene = { readonly devices: readonly Device[]; readonly viewers: readonly Viewer[] };

/** All that was written down, in that order. */
export type Ledger = { readonly [H in Hop]: readonly Entries[H][] } & {
  readonly scene: Scene;
  /** Files that do not end with their last line, or hold what is no entry. */
  readonly torn: readonly Hop[];
};

import type { Latency } from './latency.ts';
import type { Hop, Name } from './entries.ts';

/** What became of a pair of a reading and a viewer who is entitled to it. Each pair is exactly one of these. */
export const classes = {
  delivered: 'came as it was published',
  backFilled: 'came late, or from the history',
  folded: 'counted by a later update, and between its min and max',
  filtered: 'no `where` of the viewer wants it',
  throttled: 'never acknowledged to the device, and did not come',
  expired: 'did not come, and the viewer was told that it cannot be recovered',
  lost: 'acknowledged to the device, and did not come',
} as const;
export type Class = keyof typeof classes;

/** What must not be. */
export const categories = {
  lost: 'I1: an acknowledged reading that did not come',
  unacknowledged: 'I1: the device has neither its PUBACK nor given up at the end',
  duplicate: 'I2: handed out twice',
  disorder: 'I3: handed out after a newer one, and not marked late',
  unexpected: 'I4: never published by a device, or not what the viewer subscribed to',
  corrupt: 'I4: other bytes than the device published',
  leak: 'I5: came to, or named before, a viewer who may not see it',
  silentGap: 'I8: a jump in seq that was neither told nor healed in time',
  forged: 'acknowledged to the device although nobody had it',
  unrecorded: 'a later hop has it, this one has not written it down',
  torn: 'a file that does not end with its last line',
} as const;
export type Category = keyof typeof categories;

export type Finding = {
  readonly category: Category;
  /** Of a loss, the first hop that did not have it; else where it was found. */
  readonly hop: Hop;
  readonly viewer?: string;
  readonly name?: Name;
  /** Of a loss: before, between or after what the viewer had of this device. */
  readonly part?: 'prefix' | 'middle' | 'postfix';
};

export type Verdict = {
  readonly findings: readonly Finding[];
  readonly classes: Readonly<Record<Class, number>>;
  /** Readings and frames by hop; `repeated` counts those that a hop had before. */
  readonly counts: Readonly<
    Record<Exclude<Hop, 'discarded' | 'told' | 'faulted'>, { distinct: number; repeated: number }>
  >;
  /** What updates count beyond the readings that they can stand for: a batch that is tried again may count twice. */
  readonly overcounted: number;
  readonly latencies: Readonly<Record<string, Latency>>;
  /** Faults that were switched on and happened at least once. */
  readonly faults: number;
  readonly kinds: readonly string[];
};

/** Both inclusive. */
export type Bounds = { readonly atLeast?: number | undefined; readonly atMost?: number | undefined };

/** Which readings and viewers an expectation is about; what is not said is not restricted. */
export type Selection = {
  readonly viewers?: readonly string[] | undefined;
  readonly devices?: readonly string[] | undefined;
  readonly fleets?: readonly string[] | undefined;
  readonly types?: readonly string[] | undefined;
  readonly regions?: readonly string[] | undefined;
  /** In which the device took the reading. */
  readonly phases?: readonly string[] | undefined;
  /** Kinds of faults: of what is injected. */
  readonly faults?: readonly string[] | undefined;
};

/** What can be counted, and what that is. */
export const countMetrics = {
  lost: 'acknowledged readings that a viewer was owed and did not get',
  duplicates: 'readings handed to a viewer again',
  disorder: 'readings handed out after a newer one and not marked late',
  silentGaps: 'readings missing that the viewer was not told of in time',
  leaks: 'readings that came to, or were named before, a viewer who may not see them',
  corrupt: 'readings that say something else than the device did',
  unexpected: 'readings that no device published, or that a viewer did not ask for',
  forged: 'readings acknowledged to the device that the rules engine never had',
  unrecorded: 'readings that a later hop had and an earlier one had not',
  unacknowledged: 'readings for which the device still waits at the end',
  expired: 'readings of which a viewer was told that they cannot be recovered',
  backFilled: 'readings that came late, or from the history',
  live: 'readings that came as they were published',
  folded: 'readings that a later update stands for',
  filtered: 'readings that no `where` of the viewer wants',
  readings: 'readings that devices took',
  acknowledged: 'readings that were acknowledged to their devices',
  discarded: 'readings that devices gave up: full buffer, reboot, refused',
  malformed: 'messages of devices that are no readings',
  repeated: 'messages that devices sent again',
  reboots: 'times a device began to count anew',
  refused: 'times the broker would not have a device',
  reconnects: 'times a viewer had to connect again',
  resumes: 'times a subscription of a viewer went on where it had been',
  gaps: 'times a viewer was told of readings that did not come',
  injected: 'times a fault of the system happened',
} as const;
export type CountMetric = keyof typeof countMetrics;

export const percentiles = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, max: 1 } as const;
export type Percentile = keyof typeof percentiles;

/** Where a latency begins: when the device took the reading, or when the rules engine had it. */
export const latencyOrigins = { measured: 'attempted', published: 'published' } as const;
export type LatencyOrigin = keyof typeof latencyOrigins;

/** One thing that must hold at the end. */
export type Expectation = { readonly of: Selection } & (
  | { readonly metric: CountMetric; readonly bounds: Bounds }
  /** The share, 0 to 1, of what viewers were owed that they got: as published, late, from the history or folded. */
  | { readonly metric: 'delivered'; readonly bounds: Bounds }
  /** Of what came as it was published, ms. */
  | {
      readonly metric: 'latency';
      readonly percentile: Percentile;
      readonly from: LatencyOrigin;
      readonly bounds: Bounds;
    }
);

import type { Metric } from '../../fanout/metrics.ts';

/** Times of one metric, ms. */
export type Times = { count: number; p50: number; p99: number; most: number };

/** What became of everything since the start, by the metrics that the functions publish. */
export type Tally = {
  /** Sums over all functions. */
  readonly counts: Readonly<Partial<Record<Metric, number>>>;
  /** By metric, then by reason. */
  readonly reasons: Readonly<Partial<Record<Metric, Readonly<Record<string, number>>>>>;
  /** Of the last 5,000 of each. */
  readonly times: Readonly<Partial<Record<Metric, Times>>>;
};

export type TallyKeeper = {
  /** Takes one line of a function's log. False if it is no metrics: somebody else's to show. */
  take: (line: string) => boolean;
  read: () => Tally;
};

const keptTimes = 5_000;

/** CloudWatch's embedded metric format, as far as handlers write it. */
type Emf = { _aws: { CloudWatchMetrics: { Metrics: { Name: Metric }[] }[] }; reason?: string } & Partial<
  Record<Metric, number | number[]>
>;

const emfIn = (line: string): Emf | undefined => {
  if (!line.startsWith('{"_aws"')) return undefined; // Most lines: spare them the parsing.
  try {
    return JSON.parse(line) as Emf; // Only the metrics library begins a line so.
  } catch {
    return undefined;
  }
};

const timesOf = (samples: readonly number[]): Times => {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), most: sorted.at(-1) ?? 0 };
};

/** Adds up what functions publish, for who runs them on a laptop and has no CloudWatch. */
export const createTally = (): TallyKeeper => {
  const counts = new Map<Metric, number>();
  const reasons = new Map<Metric, Map<string, number>>();
  const samples = new Map<Metric, number[]>();

  const add = <K>(sums: Map<K, number>, key: K, values: readonly number[]): void =>
    void sums.set(
      key,
      values.reduce((sum, value) => sum + value, sums.get(key) ?? 0),
    );

  const takeOne = (metric: Metric, values: readonly number[], reason: string | undefined): void => {
    if (reason !== undefined) {
      const ofMetric = reasons.get(metric) ?? new Map<string, number>();
      reasons.set(metric, ofMetric);
      add(ofMetric, reason, values);
    } else if (metric.endsWith('Ms')) {
      const kept = samples.get(metric) ?? [];
      kept.push(...values);
      if (kept.length > 2 * keptTimes) kept.splice(0, kept.length - keptTimes);
      samples.set(metric, kept);
    } else add(counts, metric, values);
  };

  return {
    take: (line) => {
      const emf = emfIn(line);
      if (emf === undefined) return false;
      for (const { Name } of emf._aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics))
        takeOne(Name, [emf[Name] ?? []].flat(), emf.reason);
      return true;
    },
    read: () => ({
      counts: Object.fromEntries(counts),
      reasons: Object.fromEntries(
        [...reasons].map(([metric, ofMetric]) => [metric, Object.fromEntries(ofMetric)]),
      ),
      times: Object.fromEntries(
        [...samples].map(([metric, values]) => [metric, timesOf(values.slice(-keptTimes))]),
      ),
    }),
  };
};

const inWords = (parts: readonly [number | undefined, string][]): string =>
  parts
    .filter(([count = 0]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ');

/** `bad_json 3, too_large 1`: the commonest first. */
const byReason = (reasons: Readonly<Record<string, number>> = {}): string =>
  Object.entries(reasons)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ');

const refusals = (what: string, denied: Readonly<Record<string, number>>): string[] => {
  const count = Object.values(denied).reduce((sum, each) => sum + each, 0);
  return count === 0
    ? []
    : [`${what}: ${count} ${count === 1 ? 'request' : 'requests'} (${byReason(denied)}).`];
};

/**
 * The tally as sentences, where something is to be said. `denied`: requests that the devices' IoT policies refused, by action; `deniedToRoles`: that roles did; `faults`: what was injected.
 * `left`: messages in queues, and `events` that no function has handled; `unrouted`: on topics that no rule takes.
 */
export const tallyLines = (
  {
    counts,
    reasons,
    denied = {},
    deniedToRoles = {},
    faults = {},
  }: Tally & {
    readonly denied?: Readonly<Record<string, number>>;
    readonly deniedToRoles?: Readonly<Record<string, number>>;
    readonly faults?: Readonly<Record<string, number>>;
  },
  left: Record<'ingest' | 'rejects' | 'failures' | 'later' | 'events' | 'unrouted', number>,
): string[] => {
  const why = byReason(reasons.MessagesRejected);
  const readings = inWords([
    [counts.ReadingsAccepted, 'accepted'],
    [counts.MessagesRejected, `rejected (${why})`],
    [left.unrouted, 'on topics that no rule takes'],
  ]);
  const pairs = inWords([
    [counts.Delivered, 'delivered'],
    [counts.Folded, 'folded into others'],
    [counts.Filtered, 'not wanted by where'],
    [counts.NotGranted, 'not granted'],
    [counts.TokenExpired, 'for an expired token'],
    [counts.Gone, 'for viewers that had gone'],
    [counts.Busy, 'put off by a busy edge'],
    [counts.Resent, 'sent later'],
    [counts.NotResent, `put off and never sent (${byReason(reasons.NotResent)})`],
    [counts.HungUp, 'connections ended for it'],
    [counts.Refused, 'refused by the edge'],
  ]);
  const perReading = (counts.Posts ?? 0) / Math.max(1, counts.ReadingsAccepted ?? 0);
  const waiting = inWords([
    [left.ingest, 'readings not yet filtered'],
    [left.events, 'invocations that have not succeeded yet'],
    [left.rejects, 'rejected'],
    [left.failures, 'failed (npm run redrive)'],
    [left.later, 'to be sent later'],
  ]);
  return [
    ...(readings === '' ? [] : [`Readings: ${readings}.`]),
    ...refusals('Denied by the device policy', denied),
    ...refusals('Denied to roles of functions and rules', deniedToRoles),
    ...(pairs === ''
      ? []
      : [`To viewers: ${pairs}; ${counts.Posts ?? 0} posts, ${perReading.toFixed(2)} a reading.`]),
    ...(Object.keys(faults).length === 0 ? [] : [`Faults, on purpose: ${byReason(faults)}.`]),
    ...(waiting === '' ? [] : [`Left behind: ${waiting}.`]),
  ];
};

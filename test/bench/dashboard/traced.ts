import type { CDPSession } from 'playwright-core';

/** What a stretch of Chromium's trace says of a page. */
export type Traced = {
  readonly seconds: number;
  /** Tasks of the page's main thread: how many, the p99 of all, the longest, and the share of time they took. Times are ms. */
  readonly tasks: number;
  readonly taskP99: number;
  readonly longest: number;
  readonly busy: number;
  /** Frames that the compositor gave to the display; undefined where the trace has none. */
  readonly presented: number | undefined;
  /** What the main thread spent CPU time on, as shares of all time, the most first. */
  readonly kinds: readonly { readonly name: string; readonly share: number }[];
};

type Event = {
  readonly name: string;
  readonly cat: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Of it, the time on a CPU. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string; readonly data?: { readonly isMainFrame?: boolean } };
};

const categories = [
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'disabled-by-default-devtools.timeline.frame',
];
const isTask = ({ name }: Event): boolean => name === 'RunTask';

const quantile = (values: readonly number[], share: number): number =>
  values[Math.max(0, Math.ceil(values.length * share) - 1)] ?? 0;

/** The main thread of the busiest renderer: a new one may stand ready, idle. */
const mainThread = (events: readonly Event[]): Event | undefined => {
  const mains = events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const time = ({ pid, tid }: Event): number =>
    events.reduce(
      (sum, one) => (one.pid === pid && one.tid === tid && isTask(one) ? sum + (one.dur ?? 0) : sum),
      0,
    );
  return mains.map((main) => ({ main, time: time(main) })).sort((a, b) => b.time - a.time)[0]?.main;
};

/** CPU time in each kind of event without what is nested in it. */
const ownTimes = (events: readonly Event[]): Map<string, number> => {
  const own = new Map<string, number>();
  const open: { end: number; name: string }[] = [];
  const add = (name: string, us: number): unknown => own.set(name, (own.get(name) ?? 0) + us);
  for (const { name, ts, dur = 0, tdur = dur } of [...events].sort(
    (a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0),
  )) {
    while ((open.at(-1)?.end ?? Infinity) <= ts) open.pop();
    const outer = open.at(-1);
    if (outer !== undefined) add(outer.name, -tdur);
    add(name, tdur);
    open.push({ end: ts + dur, name });
  }
  return own;
};

const summary = (events: readonly Event[], seconds: number): Traced => {
  const main = mainThread(events);
  const ofMain = events.filter(({ pid, tid, ph }) => pid === main?.pid && tid === main.tid && ph === 'X');
  const tasks = ofMain
    .filter(isTask)
    .map(({ dur = 0 }) => dur / 1_000)
    .sort((a, b) => a - b);
  const share = (us: number): number => us / (seconds * 1e6);
  const presented = events.filter(({ name, pid }) => name === 'DrawFrame' && pid === main?.pid).length;
  return {
    seconds,
    tasks: tasks.length,
    taskP99: quantile(tasks, 0.99),
    longest: tasks.at(-1) ?? 0,
    busy: tasks.reduce((sum, ms) => sum + ms, 0) / (seconds * 1_000),
    presented: presented === 0 ? undefined : presented,
    kinds: [...ownTimes(ofMain)]
      .map(([name, us]) => ({ name, share: share(us) }))
      .sort((a, b) => b.share - a.share)
      .slice(0, 12),
  };
};

/** Traces while `during` runs. Tracing costs time itself, so its stretch is kept apart from what is measured otherwise. */
export const traced = async (cdp: CDPSession, during: () => Promise<unknown>): Promise<Traced> => {
  const events: Event[] = [];
  cdp.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as Event[]))); // CDP leaves the shape open.
  const complete = new Promise<void>((resolve) => cdp.once('Tracing.tracingComplete', () => resolve()));
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { recordMode: 'recordUntilFull', includedCategories: categories },
  });
  const begun = performance.now();
  await during();
  const seconds = (performance.now() - begun) / 1_000;
  await cdp.send('Tracing.end');
  await complete;
  return summary(events, seconds);
};

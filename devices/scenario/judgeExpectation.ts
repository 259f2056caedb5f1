import { quantile } from '../ledger/latency.ts';
import { keyOf, type Told } from '../ledger/entries.ts';
import type { Pair } from '../ledger/checkPairs.ts';
import type { Category, Class } from '../ledger/verdict.ts';
import {
  latencyOrigins,
  percentiles,
  type CountMetric,
  type Expectation,
  type Selection,
} from './expectation.ts';
import type { About, Facts } from './facts.ts';

/** What was found of what an expectation is about. */
export type Measured = {
  /** Undefined where there was nothing to measure: no such reading or viewer. */
  readonly found: number | undefined;
  /** Those that are counted; of a latency the slowest first. */
  readonly counted: readonly About[];
  /** Those that could have been and are not. */
  readonly others: readonly About[];
};

const findingCategories: Readonly<Partial<Record<CountMetric, Category>>> = {
  lost: 'lost',
  duplicates: 'duplicate',
  disorder: 'disorder',
  silentGaps: 'silentGap',
  leaks: 'leak',
  corrupt: 'corrupt',
  unexpected: 'unexpected',
  forged: 'forged',
  unrecorded: 'unrecorded',
  unacknowledged: 'unacknowledged',
};

const pairClasses: Readonly<Partial<Record<CountMetric, Class>>> = {
  expired: 'expired',
  backFilled: 'backFilled',
  live: 'delivered',
  folded: 'folded',
  filtered: 'filtered',
};

const aboutPair = ({ viewer, reading }: Pair): About => ({ viewer, name: reading });

const pairsIn = ({ judgement, includes }: Facts, of: Selection): readonly Pair[] =>
  judgement.pairs.filter((pair) => includes(of, aboutPair(pair)));

const split = (pairs: readonly Pair[], isCounted: (pair: Pair) => boolean) => ({
  counted: pairs.filter(isCounted).map(aboutPair),
  others: pairs.filter((pair) => !isCounted(pair)).map(aboutPair),
});

const ofFindings = (facts: Facts, of: Selection, category: Category): Measured => {
  const counted = facts.judgement.findings.flatMap((finding): About[] => {
    if (finding.category !== category || finding.name === undefined) return [];
    const about = { name: finding.name, viewer: finding.viewer };
    return facts.includes(of, about) ? [about] : [];
  });
  const isCounted = new Set(counted.map(({ name, viewer }) => `${viewer ?? ''} ${keyOf(name)}`));
  const others = pairsIn(facts, of)
    .map(aboutPair)
    .filter(({ name, viewer }) => !isCounted.has(`${viewer ?? ''} ${keyOf(name)}`));
  return { found: counted.length, counted, others };
};

/** Readings by themselves: which viewers had them is of no account. */
const ofReadings = (facts: Facts, of: Selection, metric: CountMetric): Measured => {
  const { attempted, acknowledged, discarded } = facts.judgement.index;
  const is: Readonly<Partial<Record<CountMetric, (key: string) => boolean>>> = {
    readings: () => true,
    acknowledged: (key) => acknowledged.has(key),
    discarded: (key) => discarded.has(key) && !acknowledged.has(key),
  };
  const all = [...attempted.values()].filter((name) =>
    facts.includes({ ...of, viewers: undefined }, { name }),
  );
  const isCounted = (name: (typeof all)[number]): boolean => is[metric]?.(keyOf(name)) === true;
  const [counted, others] = [all.filter(isCounted), all.filter((name) => !isCounted(name))];
  return {
    found: counted.length,
    counted: counted.map((name) => ({ name })),
    others: others.map((name) => ({ name })),
  };
};

const none = { counted: [], others: [] };

const ofMalformed = (facts: Facts, of: Selection): Measured => {
  const ids = facts.malformed.filter(
    ({ deviceId, at }) =>
      facts.includes(
        { ...of, viewers: undefined, phases: undefined, regions: undefined, types: undefined },
        {
          name: { deviceId, boot: 0, seq: 0 },
        },
      ) && facts.includesMoment(of, at),
  );
  return { found: ids.length, ...none };
};

/** What viewers were told; each one's first connection is none of these. */
const ofTellings = (facts: Facts, of: Selection, isOne: (one: Told) => boolean, first: number): Measured => {
  const viewers = facts.judgement.index.viewers.filter(
    ({ viewer }) => of.viewers?.includes(viewer.viewer) !== false,
  );
  const found = viewers.map(
    ({ told }) =>
      told
        .filter(isOne)
        .slice(first)
        .filter(({ at }) => facts.includesMoment(of, at)).length,
  );
  return { found: found.reduce((sum, n) => sum + n, 0), ...none };
};

const countOf = (facts: Facts, of: Selection, metric: CountMetric): Measured => {
  const [category, became] = [findingCategories[metric], pairClasses[metric]];
  if (category !== undefined) return ofFindings(facts, of, category);
  if (became !== undefined) {
    const parts = split(pairsIn(facts, of), (pair) => pair.became === became);
    return { found: parts.counted.length, ...parts };
  }
  switch (metric) {
    case 'malformed':
      return ofMalformed(facts, of);
    case 'reconnects':
      return ofTellings(facts, of, ({ what }) => what === 'connected', 1);
    case 'gaps':
      return ofTellings(facts, of, ({ what }) => what === 'gap', 0);
    default:
      return ofReadings(facts, of, metric);
  }
};

const had: readonly Class[] = ['delivered', 'backFilled', 'folded'];

const deliveredShare = (facts: Facts, of: Selection): Measured => {
  const owed = pairsIn(facts, of).filter(({ became }) => became !== 'filtered' && became !== 'throttled');
  const { counted, others } = split(owed, ({ became }) => had.includes(became));
  return { found: owed.length === 0 ? undefined : counted.length / owed.length, counted, others };
};

/** Of what came as it was published. */
const latencyOf = (facts: Facts, expectation: Expectation & { metric: 'latency' }): Measured => {
  const { of, percentile, from } = expectation;
  const { index } = facts.judgement;
  const viewers = new Map(index.viewers.map((viewer) => [viewer.viewer.viewer, viewer]));
  const times = pairsIn(facts, of)
    .filter(({ became }) => became === 'delivered')
    .flatMap((pair) => {
      const key = keyOf(pair.reading);
      const begun = latencyOrigins[from] === 'published' ? index.published.get(key) : pair.reading.at;
      const applied = viewers.get(pair.viewer)?.appliedFirst.get(key);
      if (begun === undefined || applied?.source !== 'live') return [];
      return [{ about: aboutPair(pair), ms: applied.at - begun }];
    })
    .toSorted((a, b) => b.ms - a.ms);
  const part = percentiles[percentile];
  const all = times.map(({ ms }) => ms);
  const counted = times.map(({ about }) => about);
  return { found: all.length === 0 ? undefined : quantile(all, part), counted, others: [] };
};

/** Measures what an expectation is about. */
export const measure = (facts: Facts, expectation: Expectation): Measured => {
  if (expectation.metric === 'delivered') return deliveredShare(facts, expectation.of);
  if (expectation.metric === 'latency') return latencyOf(facts, expectation);
  return countOf(facts, expectation.of, expectation.metric);
};

export type Judged = {
  readonly expectation: Expectation;
  readonly holds: boolean;
  readonly found: number | undefined;
  /** Readings that show why not, the most telling first. */
  readonly examples: readonly About[];
};

/** Whether it holds; where there is nothing to measure, it does not. */
export const judgeExpectation = (facts: Facts, expectation: Expectation): Judged => {
  const { found, counted, others } = measure(facts, expectation);
  const { atLeast = -Infinity, atMost = Infinity } = expectation.bounds;
  const isTooFew = found === undefined || found < atLeast;
  const holds = !isTooFew && found <= atMost;
  const examples = holds ? [] : isTooFew ? others : counted;
  return { expectation, holds, found, examples };
};

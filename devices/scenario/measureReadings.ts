import { quantile } from '../ledger/latency.ts';
import { keyOf, type Name } from '../ledger/entries.ts';
import type { Attempted } from '../ledger/checkIndex.ts';
import type { Pair } from '../ledger/checkPairs.ts';
import type { Category, Class } from '../ledger/verdict.ts';
import { latencyOrigins, percentiles, type Expectation, type Selection } from './expectation.ts';
import type { About, Facts } from './facts.ts';
import type { Measured } from './measured.ts';

const aboutPair = ({ viewer, reading }: Pair): About => ({ viewer, name: reading });

const pairsIn = ({ judgement, includes }: Facts, of: Selection): readonly Pair[] =>
  judgement.pairs.filter((pair) => includes(of, aboutPair(pair)));

const split = (pairs: readonly Pair[], isCounted: (pair: Pair) => boolean) => ({
  counted: pairs.filter(isCounted).map(aboutPair),
  others: pairs.filter((pair) => !isCounted(pair)).map(aboutPair),
});

/** What must not be, of this category. */
export const countFindings = (facts: Facts, of: Selection, category: Category): Measured => {
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

/** Pairs of a reading and a viewer of which this became. */
export const countPairs = (facts: Facts, of: Selection, became: Class): Measured => {
  const parts = split(pairsIn(facts, of), (pair) => pair.became === became);
  return { found: parts.counted.length, ...parts };
};

/** Readings by themselves: which viewers had them is of no account. */
export const countReadings = (
  facts: Facts,
  of: Selection,
  isCounted: (key: string, reading: Attempted) => boolean,
): Measured => {
  const counted: { name: Name }[] = [];
  const others: { name: Name }[] = [];
  for (const [key, name] of facts.judgement.index.attempted)
    if (facts.includes({ ...of, viewers: undefined }, { name }))
      (isCounted(key, name) ? counted : others).push({ name });
  return { found: counted.length, counted, others };
};

const had: readonly Class[] = ['delivered', 'backFilled', 'folded'];

export const deliveredShare = (facts: Facts, of: Selection): Measured => {
  const owed = pairsIn(facts, of).filter(({ became }) => became !== 'filtered' && became !== 'throttled');
  const { counted, others } = split(owed, ({ became }) => had.includes(became));
  return { found: owed.length === 0 ? undefined : counted.length / owed.length, counted, others };
};

/** Of what came as it was published. */
export const latencyOf = (facts: Facts, expectation: Expectation & { metric: 'latency' }): Measured => {
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
  const all = times.map(({ ms }) => ms);
  const found = all.length === 0 ? undefined : quantile(all, percentiles[percentile]);
  return { found, counted: times.map(({ about }) => about), others: [] };
};

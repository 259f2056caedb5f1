import type { Category, Class } from '../ledger/verdict.ts';
import type { CountMetric, Expectation, Selection } from './expectation.ts';
import type { About, Facts } from './facts.ts';
import { countGaps, countHappenings, countInjected, countReboots, countTellings } from './measureEvents.ts';
import type { Measured } from './measured.ts';
import { countFindings, countPairs, countReadings, deliveredShare, latencyOf } from './measureReadings.ts';

type Count = (facts: Facts, of: Selection) => Measured;

const findings =
  (category: Category): Count =>
  (facts, of) =>
    countFindings(facts, of, category);
const pairs =
  (became: Class): Count =>
  (facts, of) =>
    countPairs(facts, of, became);

const counts: Readonly<Record<CountMetric, Count>> = {
  lost: findings('lost'),
  duplicates: findings('duplicate'),
  disorder: findings('disorder'),
  silentGaps: findings('silentGap'),
  leaks: findings('leak'),
  corrupt: findings('corrupt'),
  unexpected: findings('unexpected'),
  forged: findings('forged'),
  unrecorded: findings('unrecorded'),
  unacknowledged: findings('unacknowledged'),
  expired: pairs('expired'),
  backFilled: pairs('backFilled'),
  live: pairs('delivered'),
  folded: pairs('folded'),
  filtered: pairs('filtered'),
  readings: (facts, of) => countReadings(facts, of, () => true),
  acknowledged: (facts, of) => {
    const { acknowledged } = facts.judgement.index;
    return countReadings(facts, of, (key) => acknowledged.has(key));
  },
  discarded: (facts, of) => {
    const { acknowledged, discarded } = facts.judgement.index;
    return countReadings(facts, of, (key) => discarded.has(key) && !acknowledged.has(key));
  },
  malformed: (facts, of) => countHappenings(facts, of, 'malformed'),
  repeated: (facts, of) => countHappenings(facts, of, 'repeated'),
  refused: (facts, of) => countHappenings(facts, of, 'refused'),
  reboots: countReboots,
  reconnects: (facts, of) => countTellings(facts, of, 'connected', 1),
  resumes: (facts, of) => countTellings(facts, of, 'resumed'),
  gaps: countGaps,
  injected: countInjected,
};

const measure = (facts: Facts, expectation: Expectation): Measured => {
  if (expectation.metric === 'delivered') return deliveredShare(facts, expectation.of);
  if (expectation.metric === 'latency') return latencyOf(facts, expectation);
  return counts[expectation.metric](facts, expectation.of);
};

export type Judged = {
  readonly expectation: Expectation;
  readonly holds: boolean;
  readonly found: number | undefined;
  /** Readings that show why not, the most telling first. */
  readonly examples: readonly About[];
  /** Why not, where it is not about readings: which viewer, device or fault how often. */
  readonly notes: readonly string[];
};

/** Whether it holds; where there is nothing to measure, it does not. */
export const judgeExpectation = (facts: Facts, expectation: Expectation): Judged => {
  const { found, counted, others, notes = [] } = measure(facts, expectation);
  const { atLeast = -Infinity, atMost = Infinity } = expectation.bounds;
  const isTooFew = found === undefined || found < atLeast;
  const holds = !isTooFew && found <= atMost;
  const examples = holds ? [] : isTooFew ? others : counted;
  return { expectation, holds, found, examples, notes: holds ? [] : notes };
};

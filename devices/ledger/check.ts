import { checkHops } from './checkHops.ts';
import { indexOf, type Index } from './checkIndex.ts';
import { checkPairs, type Pair } from './checkPairs.ts';
import { checkStreams } from './checkStreams.ts';
import { keyOf, type Ledger, type Name } from './entries.ts';
import { latenciesIn } from './hopLatencies.ts';
import { classes, type Class, type Finding, type Verdict } from './verdict.ts';

const countOf = <T extends Name>(entries: readonly T[], keyBy: (one: T) => string) => {
  const distinct = new Set(entries.map(keyBy)).size;
  return { distinct, repeated: entries.length - distinct };
};

const countsOf = ({ ledger, viewerOf }: Index): Verdict['counts'] => {
  const ofViewer = (one: Name & { viewer: string }): string => `${one.viewer} ${keyOf(one)}`;
  const posts = ledger.posted.filter(({ status }) => status === 200);
  return {
    attempted: countOf(ledger.attempted, keyOf),
    acknowledged: countOf(ledger.acknowledged, keyOf),
    published: countOf(ledger.published, keyOf),
    posted: countOf(posts, (one) => `${viewerOf.get(one.connectionId) ?? '?'} ${keyOf(one)}`),
    received: countOf(ledger.received, ofViewer),
    applied: countOf(ledger.applied, ofViewer),
  };
};

const classesOf = (pairs: readonly Pair[]): Record<Class, number> => {
  const counts = Object.fromEntries(Object.keys(classes).map((name) => [name, 0])) as Record<Class, number>; // Of its keys.
  for (const { became } of pairs) counts[became] += 1;
  return counts;
};

/** All that a ledger tells, reading by reading. */
export type Judgement = {
  readonly index: Index;
  readonly findings: readonly Finding[];
  /** Each reading with each viewer who is entitled to it. */
  readonly pairs: readonly Pair[];
  readonly overcounted: number;
};

/** Judges a whole ledger, after everything has come to rest. Pure: the same ledger, the same judgement. */
export const judge = (ledger: Ledger): Judgement => {
  const index = indexOf(ledger);
  const { pairs, findings, overcounted } = checkPairs(index);
  return {
    index,
    findings: [...checkHops(index), ...findings, ...checkStreams(index)],
    pairs,
    overcounted,
  };
};

/** What a judgement comes to, in numbers. */
const verdictOf = ({ index, findings, pairs, overcounted }: Judgement): Verdict => {
  // What was switched on and found no occasion is no fault.
  const happened = index.ledger.faulted.filter(({ injected }) => injected > 0);
  return {
    findings,
    classes: classesOf(pairs),
    counts: countsOf(index),
    overcounted,
    latencies: latenciesIn(index),
    faults: happened.length,
    kinds: [...new Set(happened.map(({ kind }) => kind))],
  };
};

/** {@link judge}, in numbers. */
export const check = (ledger: Ledger): Verdict => verdictOf(judge(ledger));

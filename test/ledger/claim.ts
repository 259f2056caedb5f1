import type { FaultKind } from '../../infra/twin/faults/faults.ts';
import type { Finding } from '../../devices/ledger/verdict.ts';
import { survivable } from './nemesis.ts';
import type { Outcome, Run } from './run.ts';

export const pairsIn = ({ verdict }: Pick<Outcome, 'verdict'>): number =>
  Object.values(verdict.classes).reduce((sum, count) => sum + count, 0);

/** Pairs of which one part wanted the other, and had it. */
export const deliveredIn = ({ verdict }: Pick<Outcome, 'verdict'>): number =>
  pairsIn({ verdict }) - verdict.classes.filtered - verdict.classes.throttled;

/**
 * With 0 of n seen, the greatest rate, 0 to 1, that 95 of 100 such runs would still show as 0 ("rule of three"). Undefined
 * where nothing was tried.
 */
export const boundOf = (n: number): number | undefined => (n === 0 ? undefined : Math.min(1, 3 / n));

/** The least that has to go wrong for a run to prove something. */
export type Demands = { readonly faults: number; readonly kinds: number };

/** What is asked of five minutes of all kinds is asked of longer runs as well. */
export const demandsOf = (
  { faults, minutes }: { faults: readonly FaultKind[]; minutes: number },
  { crashes }: Pick<Run, 'crashes'>,
): Demands => {
  if (crashes !== undefined) return { faults: 1, kinds: 1 };
  if (faults === survivable && minutes >= 5) return { faults: 60, kinds: 12 };
  const least = Math.min(1, faults.length);
  return { faults: least, kinds: least };
};

/** `lost at posted, leak at received`: each once. */
const kindsOf = (findings: readonly Finding[]): string =>
  [...new Set(findings.map(({ category, hop }) => `${category} at ${hop}`))].join(', ');

/**
 * Why what the ledger claims does not hold; nothing if it does. A reading that is told to be lost for good is a loss too:
 * the history is long enough. A run in which nothing went wrong though it was to, or nobody watched, proves nothing.
 */
export const shortfallsOf = (run: Run, outcome: Outcome, { faults, kinds }: Demands): string[] => {
  const { verdict, stillFailed, settled, crashed } = outcome;
  const { findings, classes } = verdict;
  const crashes = run.crashes ?? 0;
  const all: [isShort: boolean, why: string][] = [
    [
      findings.length > 0,
      `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'} (${kindsOf(findings)})`,
    ],
    [classes.expired > 0, `${classes.expired} pairs told to be lost for good`],
    [stillFailed > 0, `${stillFailed} messages still failed`],
    [!settled, 'patience ended before everything had come to rest'],
    [deliveredIn(outcome) <= 0, 'no viewer had anything'],
    [verdict.faults < faults, `${verdict.faults} faults of at least ${faults}`],
    [verdict.kinds.length < kinds, `${verdict.kinds.length} kinds of faults of at least ${kinds}`],
    [crashed < crashes, `${crashed} crashes of ${crashes}`],
  ];
  return all.flatMap(([isShort, why]) => (isShort ? [why] : []));
};

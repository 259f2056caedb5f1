import { cpus } from 'node:os';
import { boundOf, deliveredIn, pairsIn } from './claim.ts';
import { retrySpeed, type Outcome, type Run } from './run.ts';
import {
  categories,
  classes,
  type Category,
  type Class,
  type Finding,
} from '../../devices/ledger/verdict.ts';

export const grouped = (n: number): string => n.toLocaleString('en-US');

/** A bound for people. */
export const percent = (bound: number | undefined): string =>
  bound === undefined ? 'unknown' : `${Number((bound * 100).toPrecision(2))} %`;

const findingLine = ({ category, hop, part, viewer, name }: Finding): string =>
  [
    `  ${category}`,
    ...(part === undefined ? [] : [part]),
    `at ${hop}`,
    ...(name === undefined ? [] : [`of ${name.deviceId}, boot ${name.boot}, seq ${name.seq}`]),
    ...(viewer === undefined ? [] : [`for ${viewer}`]),
  ].join(' ');

/** A finding, with what its category means, and how often it was made. */
const findingLines = (findings: readonly Finding[]): string[] => {
  const names = Object.keys(categories) as Category[]; // Of its keys.
  return names.flatMap((category) => {
    const all = findings.filter((finding) => finding.category === category);
    const some = all.slice(0, 5).map(findingLine);
    return all.length === 0 ? [] : [`${category} ${grouped(all.length)}  ${categories[category]}`, ...some];
  });
};

const faultLines = ({ verdict, injected }: Outcome): string[] => {
  const switched = new Map(verdict.kinds.map((kind) => [kind, injected[kind] ?? 0]));
  const lines = [...switched]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, n]) => `  ${kind.padEnd(28)} ${grouped(n)}`);
  return [
    `${grouped(verdict.faults)} faults, each switched on for a while, of ${verdict.kinds.length} kinds; injected so often:`,
    ...lines,
  ];
};

/** What a run found, for people; `shortfalls` as of the claim. */
export const reportOf = (run: Run, outcome: Outcome, shortfalls: readonly string[]): string => {
  const { verdict, redriven, stillFailed, heldBack, seconds } = outcome;
  const { counts, latencies, findings, faults } = verdict;
  const pairs = pairsIn(outcome);
  const delivered = deliveredIn(outcome);
  const names = Object.keys(classes) as Class[]; // Of its keys.
  return [
    `ingest ${run.ingest}, seed ${run.seed}, ${run.devices} devices at ${run.rate} Hz, ${run.viewers} viewers, ${seconds} s, ` +
      `${cpus().length} CPUs, asynchronous retries ${retrySpeed} times sooner than on AWS`,
    `readings ${grouped(counts.attempted.distinct)} (${grouped(heldBack)} more were held back while too much was under way), acknowledged ${grouped(counts.acknowledged.distinct)}, pairs with viewers ${grouped(pairs)}:`,
    ...names.map(
      (name) => `  ${name.padEnd(11)} ${grouped(verdict.classes[name]).padStart(9)}  ${classes[name]}`,
    ),
    `folds count ${grouped(verdict.overcounted)} more than there are readings for them`,
    'hops, each reading once for each viewer; again:',
    ...Object.entries(counts).map(
      ([hop, { distinct, repeated }]) =>
        `  ${hop.padEnd(13)} ${grouped(distinct).padStart(9)} ${grouped(repeated).padStart(9)}`,
    ),
    'ms p50, p99:',
    ...Object.entries(latencies).map(
      ([hop, { p50, p99 }]) => `  ${hop.padEnd(22)} ${grouped(p50).padStart(7)} ${grouped(p99).padStart(8)}`,
    ),
    ...faultLines(outcome),
    `redriven ${grouped(redriven)}, still failed ${grouped(stillFailed)}`,
    ...findingLines(findings),
    verdict.classes.lost === 0
      ? `0 lost in ${grouped(delivered)} pairs and ${grouped(faults)} faults: less than ${percent(boundOf(delivered))} of pairs and ${percent(boundOf(faults))} of faults, at 95 %`
      : `${grouped(verdict.classes.lost)} lost in ${grouped(delivered)} pairs and ${grouped(faults)} faults`,
    ...(shortfalls.length === 0
      ? ['The claim holds.']
      : shortfalls.map((why) => `The claim does not hold: ${why}.`)),
  ].join('\n');
};

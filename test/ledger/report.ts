import { cpus } from 'node:os';
import { retrySpeed, type Outcome, type Run } from './run.ts';
import { categories, classes, type Category, type Class, type Finding } from './verdict.ts';

const grouped = (n: number): string => n.toLocaleString('en-US');

/** With 0 of n seen, the greatest rate that 95 of 100 such runs would still show as 0 ("rule of three"). */
const bound = (n: number): string => (n === 0 ? 'unknown' : `${((3 / n) * 100).toPrecision(2)} %`);

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

export const pairsIn = ({ verdict }: Outcome): number =>
  Object.values(verdict.classes).reduce((sum, count) => sum + count, 0);

/** Whether what the ledger claims holds. A reading that is told to be lost for good is a loss too: the history is long enough. */
export const holds = ({ verdict, stillFailed }: Outcome, expectedFaults = 0, expectedKinds = 0): boolean =>
  verdict.findings.length === 0 &&
  verdict.classes.expired === 0 &&
  stillFailed === 0 &&
  pairsIn({ verdict } as Outcome) > 0 && // The verdict alone is read.
  verdict.faults >= expectedFaults &&
  verdict.kinds.length >= expectedKinds;

const faultLines = ({ verdict, injected }: Outcome): string[] => {
  const switched = new Map(verdict.kinds.map((kind) => [kind, injected[kind] ?? 0]));
  const lines = [...switched]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, n]) => `  ${kind.padEnd(28)} ${grouped(n)}`);
  return [`faults ${grouped(verdict.faults)} of ${verdict.kinds.length} kinds; injected so often:`, ...lines];
};

/** What a run found, for people. */
export const reportOf = (run: Run, outcome: Outcome): string => {
  const { verdict, redriven, stillFailed, seconds } = outcome;
  const { counts, latencies, findings, faults } = verdict;
  const pairs = pairsIn(outcome);
  const delivered = pairs - verdict.classes.filtered - verdict.classes.throttled;
  const names = Object.keys(classes) as Class[]; // Of its keys.
  return [
    `ingest ${run.ingest}, seed ${run.seed}, ${run.devices} devices at ${run.rate} Hz, ${run.viewers} viewers, ${seconds} s, ` +
      `${cpus().length} CPUs, asynchronous retries ${retrySpeed} times sooner than on AWS`,
    `readings ${grouped(counts.attempted.distinct)}, acknowledged ${grouped(counts.acknowledged.distinct)}, pairs with viewers ${grouped(pairs)}:`,
    ...names.map(
      (name) => `  ${name.padEnd(11)} ${grouped(verdict.classes[name]).padStart(9)}  ${classes[name]}`,
    ),
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
      ? `0 lost in ${grouped(delivered)} pairs and ${grouped(faults)} faults: less than ${bound(delivered)} of pairs and ${bound(faults)} of faults, at 95 %`
      : `${grouped(verdict.classes.lost)} lost in ${grouped(delivered)} pairs and ${grouped(faults)} faults`,
  ].join('\n');
};

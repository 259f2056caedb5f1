import type { Found } from './property.ts';

/** What came of one property, as it is printed. */
export type Row = Found & { name: string; seconds: number; seed: number };

const columns = (
  name: string,
  [runs, failures, seconds, seed, remarks]: [string, string, string, string, string],
): string =>
  [name.padEnd(22), runs.padStart(7), failures.padStart(8), seconds.padStart(8), seed.padStart(11), remarks]
    .join(' ')
    .trimEnd();

export const header = columns('property', ['runs', 'failures', 'seconds', 'seed', ' remarks']);

const lineOf = ({ name, runs, failures, seconds, seed, remarks = '' }: Row): string =>
  columns(name, [String(runs), String(failures.length), seconds.toFixed(1), String(seed), ` ${remarks}`]);

/** The row, and below it the first failures; or everything as one line of JSON. */
export const textOf = (row: Row, json: boolean): string =>
  json
    ? JSON.stringify(row)
    : [lineOf(row), ...row.failures.slice(0, 10).map((failure) => `  ${failure.slice(0, 400)}`)].join('\n');

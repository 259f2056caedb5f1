import { costOf, lineNames, lines, storedHistory, totalOf, totalWithoutWrites } from './economyBill.ts';
import type { Counts } from './economyCounts.ts';
import { perRequest, splitOver } from './economyPollers.ts';
import type { ShapeResult } from './economyRun.ts';
import { readingsIn, type Scene } from './economyScene.ts';
import { shapes } from './economyShapes.ts';

const labelWidth = 24;
const countWidth = 13;
const usdWidth = 10;

const count = (value: number): string => Math.round(value).toLocaleString('en').padStart(countWidth);
const usd = (value: number): string => value.toFixed(4).padStart(usdWidth);
const label = (text: string): string => text.padEnd(labelWidth);

/** From the scene to an hour of it. */
const perHour = ({ seconds }: Scene): number => 3_600 / seconds;
const perMillion = (scene: Scene): number => 1e6 / readingsIn(scene);

const totals = (text: string, results: readonly ShapeResult[], of: (counts: Counts) => number): string =>
  label(text) + results.map(({ counts }) => ' '.repeat(countWidth) + usd(of(counts))).join('');

const figures = (
  text: string,
  results: readonly ShapeResult[],
  of: (result: ShapeResult) => number,
): string => label(text) + results.map((result) => count(of(result)) + ' '.repeat(usdWidth)).join('');

/** Where the money goes, line by line, the shapes side by side: the count in the scene, and US dollars per hour of it. */
export const billTable = (scene: Scene, results: readonly ShapeResult[]): string => {
  const hour = perHour(scene);
  const cells = (line: keyof Counts) =>
    results.map(({ counts }) => count(counts[line]) + usd(costOf(counts, line) * hour)).join('');
  return [
    label('') + results.map(({ shape }) => shape.padStart(countWidth) + '$/hour'.padStart(usdWidth)).join(''),
    ...lineNames.map((line) => label(lines[line].name) + cells(line)),
    totals('Total', results, (counts) => totalOf(counts) * hour),
    totals('  without hist., latest', results, (counts) => totalWithoutWrites(counts) * hour),
    totals('$ per million readings', results, (counts) => totalOf(counts) * perMillion(scene)),
    '',
    figures('Readings received', results, ({ viewers }) => viewers.received),
    figures('  missing', results, ({ viewers }) => viewers.missing),
    figures('  received again', results, ({ viewers }) => viewers.repeated),
    figures('  not asked for', results, ({ viewers }) => viewers.unwanted),
    figures('Posts', results, ({ posts }) => posts),
    figures('Lambda ms, as run here', results, ({ measuredLambdaMs }) => measuredLambdaMs),
    figures('Seconds to drain, here', results, ({ drainSeconds }) => drainSeconds),
  ].join('\n');
};

/** What `queue` would cost if AWS had it polled by several at once; empty if it was not run. */
export const sensitivity = (scene: Scene, results: readonly ShapeResult[]): string => {
  const queue = results.find(({ shape }) => shape === 'queue');
  const naive = results.find(({ shape }) => shape === 'naive');
  if (queue === undefined) return '';
  const run = { readings: queue.published, delivered: queue.viewers.received };
  const emptier = (run.readings - run.readings / perRequest) * lines.sqsRequests.usd * perHour(scene);
  const row = (pollers: number): string => {
    const counts = splitOver(pollers, queue.counts, run);
    const part = naive && ` = 1/${(totalOf(naive.counts) / totalOf(counts)).toFixed(1)} of naive`;
    return `  ${pollers}: $${(totalOf(counts) * perHour(scene)).toFixed(4)} an hour${part ?? ''}, ${count(counts.webSocketMessages).trim()} posts`;
  };
  return [
    'queue, if its batches were split over so many pollers (a model; the run has one). AWS begins with five; what is claimed',
    'is about the batches that were really gathered here:',
    ...[1, 2, 5].map(row),
    `  Receives are counted as full, a lower bound: of one message each they would add $${emptier.toFixed(4)} an hour.`,
  ].join('\n');
};

/** Hours of history that are stored instead of one. */
const lateBy = 49;

/** What one should know before believing the table. */
export const notes = (scene: Scene): string => {
  const { gb, usdPerHour } = storedHistory(scene);
  return [
    'List prices of us-east-1, see test/bench/prices.ts; no free tier. Counted by the twin from the first reading to quiet.',
    'Lambda time is a model, alike for all: 25 ms an invocation + 2 ms a post + 1 ms a written row, at 256 MB arm64.',
    'Minutes of connections are those of the scene. About 200 bytes of START, END and REPORT are added to each log.',
    'Requests to SQS are a lower bound: AWS does not say how full its receives are, so they are counted as full.',
    `Not in it, though it grows with readings: stored history. 60 minutes of it, 1 KB a reading, are ${gb.toFixed(2)} GB or $${usdPerHour.toFixed(4)} an`,
    `hour, and $${(usdPerHour * lateBy).toFixed(4)} if TTL deletes two days late, as it may: nothing, beside the rest.`,
    'Not in it, as it does not grow with readings: other stored data, and CloudWatch metrics, which only our shapes have.',
  ].join('\n');
};

export const shapeLines = (results: readonly ShapeResult[]): string =>
  results.map(({ shape }) => `${shape.padEnd(9)} ${shapes[shape]}`).join('\n');

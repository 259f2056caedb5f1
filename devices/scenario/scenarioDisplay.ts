import { bar } from '../bar.ts';
import { liveBlock } from '../liveBlock.ts';
import type { Screen } from '../screen.ts';
import type { Facts } from './facts.ts';
import type { Judged } from './judgeExpectation.ts';
import { pathOf } from './pathOf.ts';
import { expectationText, foundText, judgedLines } from './words.ts';
import type { Moment } from './moment.ts';
import type { Scenario } from './scenario.ts';

/** How a run shows itself. */
export type ScenarioDisplay = {
  readonly momentMs: number;
  readonly start: (scenario: Scenario) => void;
  /** A phase, or what comes before and after them. */
  readonly stage: (name: string) => void;
  readonly moment: (moment: Moment) => void;
  readonly result: (facts: Facts, judged: readonly Judged[]) => void;
  /** Takes away what is only temporary. */
  readonly clear: () => void;
};

const count = (value: number): string => value.toLocaleString('en-US');

/** `12 connection refused, 3 connection reset`, the most frequent first. */
const counted = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, value]) => `${count(value)} ${name}`)
    .join(', ');

/** The live lines: what there is nothing to say of is left out. */
export const momentLines = (moment: Moment, phases: number): string[] => {
  const { phase, number, connected, devices, published, acknowledged, delivered, ackMs, errors } = moment;
  const { p50, p99 } = ackMs;
  const facts = [
    `${count(connected)}/${count(devices)} connected`,
    `${count(published)} published`,
    `${count(acknowledged)} acknowledged`,
    p50 === null || p99 === null ? 'no ack yet' : `ack p50 ${p50} ms, p99 ${p99} ms`,
    `${count(delivered)} delivered`,
    `${count(errors)} errors`,
  ];
  return [
    `${bar(moment.elapsedMs / 1_000, moment.totalMs / 1_000)} · ${phase} (${number}/${phases})`,
    facts.join(' · '),
    ...(errors === 0 ? [] : [`errors: ${counted(moment.errorsByReason)}`]),
    ...(Object.keys(moment.behaviours).length === 0 ? [] : [`behaviours: ${counted(moment.behaviours)}`]),
  ];
};

const summaryLine = ({ judgement, phases, settled, isStopped, seconds }: Facts): string => {
  const { index, pairs } = judgement;
  const applied = index.ledger.applied.length;
  const unsettled = settled ? '' : '; patience ended before everything had come to rest';
  const rest = isStopped ? '; stopped before its end' : unsettled;
  return (
    `${count(index.attempted.size)} readings, ${count(index.acknowledged.size)} acknowledged, ${count(applied)} updates handed out, ` +
    `${count(pairs.length)} pairs of a reading and a viewer, ${phases.length} phases, ${seconds} s${rest}.`
  );
};

const resultLines = (facts: Facts, judged: readonly Judged[]): string =>
  [summaryLine(facts), ...judged.flatMap((one) => judgedLines(facts, one))].join('\n');

/** For a person at a terminal. */
const live = (screen: Screen): ScenarioDisplay => {
  const block = liveBlock(screen);
  let phases = 0;
  const print = (text: string): void => {
    block.clear();
    screen.write(`${text}\n`);
  };
  return {
    momentMs: 250,
    start: (scenario) => {
      phases = scenario.phases.length;
      print(`${scenario.name}: ${scenario.description.trim()}`);
    },
    stage: (name) => print(`• ${name}`),
    moment: (moment) => block.draw(momentLines(moment, phases)),
    result: (facts, judged) => print(resultLines(facts, judged)),
    clear: block.clear,
  };
};

const nothing = (): void => undefined;

/** For a log. */
const plain = (screen: Screen): ScenarioDisplay => ({
  momentMs: 1_000,
  start: ({ name, description }) => void screen.write(`${name}: ${description.trim()}\n`),
  stage: (name) => void screen.write(`${new Date().toISOString().slice(11, 19)} ${name}\n`),
  moment: nothing,
  result: (facts, judged) => void screen.write(`${resultLines(facts, judged)}\n`),
  clear: nothing,
});

const mostPaths = 20;

/** For a program: one JSON object a line; `event` is `start`, `stage`, `progress`, `expectation` or `summary`. */
const json = (screen: Screen): ScenarioDisplay => {
  const line = (event: string, facts: object): void =>
    void screen.write(`${JSON.stringify({ event, ...facts })}\n`);
  return {
    momentMs: 1_000,
    start: ({ name, seed, phases }) =>
      line('start', { name, seed, phases: phases.map((phase) => phase.name) }),
    stage: (name) => line('stage', { name, at: Date.now() }),
    moment: (moment) => line('progress', moment),
    result: (facts, judged) => {
      for (const one of judged) {
        const { expectation, holds, found = null, examples, notes } = one;
        const paths = examples.slice(0, mostPaths).map((about) => pathOf(facts, about));
        const text = `${expectationText(expectation)}: ${foundText(one)}`;
        line('expectation', { text, holds, found, ...expectation, notes, paths });
      }
      const { judgement, settled, isStopped, seconds, phases } = facts;
      line('summary', {
        passed: !isStopped && judged.every(({ holds }) => holds),
        ...(isStopped ? { isStopped } : {}),
        ...{ settled, seconds, phases },
        readings: judgement.index.attempted.size,
        acknowledged: judgement.index.acknowledged.size,
        applied: judgement.index.ledger.applied.length,
        pairs: judgement.pairs.length,
      });
    },
    clear: nothing,
  };
};

export const scenarioDisplay = (screen: Screen, asJson: boolean): ScenarioDisplay => {
  if (asJson) return json(screen);
  return screen.isTTY === true ? live(screen) : plain(screen);
};

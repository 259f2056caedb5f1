import { bar } from './bar.ts';
import { type DisplayChoice, displayOf, eventsOn, nothing } from './displayKinds.ts';
import { liveBlock } from './liveBlock.ts';
import type { Progress } from './progress.ts';
import { type StartFacts, progressLines, startLine, summaryLines } from './report.ts';
import { runMs } from './schedule.ts';
import type { Screen } from './screen.ts';
import type { Summary } from './simulate.ts';

export type Display = {
  start: (facts: StartFacts) => void;
  progress: (progress: Progress) => void;
  summary: (summary: Summary) => void;
  /** Takes away what is only temporary, so that something else can be printed. */
  clear: () => void;
  /** How often it wants progress. */
  readonly progressMs: number;
};

/** For a person at a terminal: lines that are redrawn, with a bar where the run has an end. */
const live = (screen: Screen): Display => {
  const block = liveBlock(screen);
  let durationMs: number | undefined;
  return {
    progressMs: 250,
    start: (facts) => {
      ({ durationMs } = facts);
      screen.write(`${startLine(facts)}\n`);
    },
    progress: (progress) => {
      const bars =
        durationMs === undefined ? [] : [bar(progress.seconds, runMs(progress.devices, durationMs) / 1_000)];
      block.draw([...progressLines(progress), ...bars]);
    },
    clear: block.clear,
    summary: (summary) => {
      block.clear();
      screen.write(`${summaryLines(summary)}\n`);
    },
  };
};

/** For a log: a line at the start and the summary. */
const plain = (screen: Screen): Display => ({
  progressMs: 1_000,
  start: (facts) => void screen.write(`${startLine(facts)}\n`),
  progress: nothing,
  clear: nothing,
  summary: (summary) => void screen.write(`${summaryLines(summary)}\n`),
});

/** For a program: one JSON object a line, `event` is `start`, `progress` (each second) or `summary`. */
const json = (screen: Screen): Display => {
  const line = eventsOn(screen);
  return {
    progressMs: 1_000,
    start: (facts) => line('start', facts),
    progress: (progress) => line('progress', progress),
    clear: nothing,
    summary: (summary) => line('summary', summary),
  };
};

/** The way to show a run on `screen`. */
export const displayOn = (screen: Screen, choice: DisplayChoice): Display =>
  displayOf({ live, plain, json }, screen, choice);

import { bar } from '../bar.ts';
import { type DisplayChoice, displayOf, eventsOn, nothing } from '../displayKinds.ts';
import { liveBlock } from '../liveBlock.ts';
import type { Progress } from '../progress.ts';
import { progressLines, summaryLines } from '../report.ts';
import type { Screen } from '../screen.ts';
import type { Skipped } from './recording.ts';
import type { Replayed } from './replay.ts';

export type ReplayFacts = {
  readonly file: string;
  readonly broker: string;
  readonly boot: number;
  readonly speed?: number;
  readonly rate?: number;
  readonly loop: boolean;
};

export type ReplaySummary = Replayed & { readonly boot: number };

export type ReplayDisplay = {
  start: (facts: ReplayFacts) => void;
  /** `share` of the file, 0 to 1; undefined where there is no end. */
  progress: (progress: Progress, share: number | undefined) => void;
  summary: (summary: ReplaySummary) => void;
  clear: () => void;
  readonly progressMs: number;
};

const startLine = ({ file, broker, boot, speed, rate, loop }: ReplayFacts): string => {
  const pace =
    rate === undefined
      ? speed === 1
        ? 'as fast as it was'
        : `${speed ?? 1} times as fast as it was`
      : `${rate} readings a second`;
  return `${file}, ${pace}${loop ? ', over and over' : ''}, to ${broker} (boot ${boot}). Ctrl-C stops.`;
};

/** What was left out of a recording; undefined when nothing was. */
export const skippedLine = ({ rows, first }: Skipped): string | undefined =>
  rows === 0
    ? undefined
    : `${rows.toLocaleString('en-US')} ${rows === 1 ? 'row was' : 'rows were'} left out${rows === 1 ? '' : ', the first'}: ${first ?? ''}.`;

const slowedLine =
  'It was recorded faster than one connection may publish: played at 100 readings a second and device.';

const summaryText = ({ skipped, isSlowed, ...progress }: ReplaySummary): string =>
  [summaryLines(progress), isSlowed ? slowedLine : undefined, skippedLine(skipped)]
    .filter((line) => line !== undefined)
    .join('\n');

const plain = (screen: Screen): ReplayDisplay => ({
  progressMs: 1_000,
  start: (facts) => void screen.write(`${startLine(facts)}\n`),
  progress: nothing,
  clear: nothing,
  summary: (summary) => void screen.write(`${summaryText(summary)}\n`),
});

/** For a person at a terminal. The bar is of the bytes played, in the time that took. */
const live = (screen: Screen): ReplayDisplay => {
  const block = liveBlock(screen);
  return {
    ...plain(screen),
    progressMs: 250,
    progress: (progress, share = 0) => {
      const bars = share === 0 ? [] : [bar(progress.seconds, progress.seconds / share)];
      block.draw([...progressLines(progress), ...bars]);
    },
    clear: block.clear,
    summary: (summary) => {
      block.clear();
      screen.write(`${summaryText(summary)}\n`);
    },
  };
};

/** For a program: one JSON object a line, `event` is `start`, `progress` (each second) or `summary`. */
const json = (screen: Screen): ReplayDisplay => {
  const line = eventsOn(screen);
  return {
    progressMs: 1_000,
    start: (facts) => line('start', facts),
    progress: (progress, share) =>
      line('progress', {
        ...progress,
        ...(share !== undefined && { share: Math.round(share * 1_000) / 1_000 }),
      }),
    clear: nothing,
    summary: (summary) => line('summary', summary),
  };
};

/** The way to show a replay on `screen`. */
export const replayDisplayOn = (screen: Screen, choice: DisplayChoice): ReplayDisplay =>
  displayOf({ live, plain, json }, screen, choice);

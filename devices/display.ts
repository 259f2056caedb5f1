import { progressLine, startLine, summaryLines } from './report.ts';
import type { ResolvedSettings } from './settings.ts';
import type { Summary } from './simulate.ts';
import type { Progress } from './progress.ts';

/** Where a run is shown: the part of `process.stdout` that is needed. */
export type Screen = {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write: (text: string) => unknown;
};

export type Display = {
  start: (settings: ResolvedSettings) => void;
  progress: (progress: Progress) => void;
  summary: (summary: Summary) => void;
  /** Takes away what is only temporary, so that something else can be printed. */
  clear: () => void;
  /** How often it wants progress. */
  readonly progressMs: number;
};

const nothing = (): void => undefined;

/** For a person at a terminal: one line that is redrawn, cut at the terminal's width because a wrapped line cannot be. */
const live = (screen: Screen): Display => {
  const clear = (): void => void screen.write('\r\u001b[K');
  return {
    progressMs: 250,
    start: (settings) => void screen.write(`${startLine(settings)}\n`),
    progress: (progress) =>
      void screen.write(`\r\u001b[K${progressLine(progress).slice(0, (screen.columns ?? 80) - 1)}`),
    clear,
    summary: (summary) => {
      clear();
      screen.write(`${summaryLines(summary)}\n`);
    },
  };
};

/** For a log: a line at the start and the summary. */
const plain = (screen: Screen): Display => ({
  progressMs: 1_000,
  start: (settings) => void screen.write(`${startLine(settings)}\n`),
  progress: nothing,
  clear: nothing,
  summary: (summary) => void screen.write(`${summaryLines(summary)}\n`),
});

/** For a program: one JSON object a line, `event` is `start`, `progress` (each second) or `summary`. */
const json = (screen: Screen): Display => {
  const line = (event: string, facts: object): void =>
    void screen.write(`${JSON.stringify({ event, ...facts })}\n`);
  return {
    progressMs: 1_000,
    start: (settings) => line('start', settings),
    progress: (progress) => line('progress', progress),
    clear: nothing,
    summary: (summary) => line('summary', summary),
  };
};

/** The way to show a run on `screen`. `quiet` leaves nothing but the summary. */
export const displayOn = (
  screen: Screen,
  choice: { readonly json?: boolean | undefined; readonly quiet?: boolean | undefined },
): Display => {
  const display = choice.json === true ? json(screen) : screen.isTTY === true ? live(screen) : plain(screen);
  return choice.quiet === true ? { ...display, start: nothing, progress: nothing } : display;
};

import type { Screen } from './screen.ts';

export type DisplayChoice = { readonly json?: boolean | undefined; readonly quiet?: boolean | undefined };

/** How a run shows itself: to a person at a terminal, in a log, and to a program. */
export type DisplayKinds<Display> = {
  readonly live: (screen: Screen) => Display;
  readonly plain: (screen: Screen) => Display;
  readonly json: (screen: Screen) => Display;
};

export const nothing = (): void => undefined;

/** The kind that is asked for or that suits `screen`. `quiet` leaves nothing but the summary. */
export const displayOf = <
  Display extends { start: (...facts: never[]) => void; progress: (...now: never[]) => void },
>(
  { live, plain, json }: DisplayKinds<Display>,
  screen: Screen,
  choice: DisplayChoice,
): Display => {
  const kind = choice.json === true ? json : screen.isTTY === true ? live : plain;
  const display = kind(screen);
  return choice.quiet === true ? { ...display, start: nothing, progress: nothing } : display;
};

/** Writes one JSON object a line, whose `event` says what it is. */
export const eventsOn =
  (screen: Screen) =>
  (event: string, facts: object): void =>
    void screen.write(`${JSON.stringify({ event, ...facts })}\n`);

import { Board } from './board.ts';
import { sentenceOf, stateWords, type Told } from './events.ts';
import { openScreen } from './screen.ts';
import { renderTable } from './table.ts';
import type { Output, View } from './view.ts';

/** The shortest time between two drawings, ms. */
const drawEveryMs = 100;
/** Ages grow by themselves. */
const tickMs = 1_000;
const rememberedNotices = 5;

const timeOfDay = (now: number): string => new Date(now).toTimeString().slice(0, 8);

export type TableOptions = {
  /** What is being watched, in a line. */
  readonly title: string;
  readonly colour: boolean;
  /** Epoch ms. */
  readonly now: () => number;
};

/** For a person at a terminal: a table that is redrawn at most ten times a second. */
export const tableView = (out: Output, { title, colour, now }: TableOptions): View => {
  const board = new Board();
  const screen = openScreen(out, { colour });
  let state = stateWords.connecting;
  let notices: string[] = [];
  let timer: NodeJS.Timeout | undefined;

  const draw = (): void => {
    timer = undefined;
    const counts = `${board.size.toLocaleString('en')} devices, ${board.updates.toLocaleString('en')} updates`;
    const head = [`${state} · ${title}`, `${counts} · q quits`];
    screen.draw(renderTable({ rows: board.rows(), head, notices, now: now() }, screen.size()));
  };
  const drawSoon = (): void => void (timer ??= setTimeout(draw, drawEveryMs));
  const tick = setInterval(drawSoon, tickMs);
  out.on('resize', drawSoon);
  process.once('exit', screen.close); // Also after a defect the cursor is to be seen.
  draw();

  const told = (what: Told): void => {
    if (what.name === 'state') state = stateWords[what.event];
    if (what.name === 'status') board.takeStatus(what.event);
    const sentence = sentenceOf(what);
    if (sentence !== undefined)
      notices = [...notices, `${timeOfDay(now())} ${sentence}`].slice(-rememberedNotices);
    drawSoon();
  };

  return {
    told,
    update: (update) => {
      board.take(update);
      drawSoon();
      return Promise.resolve();
    },
    close: () => {
      out.off('resize', drawSoon);
      process.off('exit', screen.close);
      clearInterval(tick);
      clearTimeout(timer);
      screen.close();
    },
  };
};

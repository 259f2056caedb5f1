import type { Screen } from './screen.ts';

/** A few lines at the bottom of a terminal that are redrawn in place. */
export type LiveBlock = {
  /** Shows these lines instead of those before, each cut at the terminal's width because a wrapped line cannot be redrawn. */
  draw: (lines: readonly string[]) => void;
  /** Takes the lines away, so that something that stays can be printed. */
  clear: () => void;
};

/** ECMA-48: cursor up, erase to the end of the line, erase to the end of the screen. */
const up = (lines: number): string => (lines === 0 ? '' : `\u001b[${lines}A`);
const eraseLine = '\u001b[K';
const eraseBelow = '\u001b[J';

/** Nothing is erased before it is overwritten and all goes out in one write: that is what keeps it from flickering. */
export const liveBlock = (screen: Screen): LiveBlock => {
  let drawn = 0;
  return {
    draw: (lines) => {
      // Some terminals that are none report 0 columns.
      const width = Math.max(1, (screen.columns || 80) - 1);
      const text = lines.map((line) => `${line.slice(0, width)}${eraseLine}`).join('\n');
      screen.write(`\r${up(Math.max(0, drawn - 1))}${text}${eraseBelow}`);
      drawn = lines.length;
    },
    clear: () => {
      if (drawn > 0) screen.write(`\r${up(drawn - 1)}${eraseBelow}`);
      drawn = 0;
    },
  };
};

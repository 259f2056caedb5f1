import type { Line, Size } from './table.ts';

/** The part of `process.stdout` that is needed. */
export type Out = { readonly columns?: number; readonly rows?: number; write: (text: string) => unknown };

export type Screen = {
  readonly size: () => Size;
  draw: (lines: readonly Line[]) => void;
  /** Gives the terminal back as it was. Repeatable. */
  close: () => void;
};

const esc = '\u001b[';
/** DEC private modes: 1049 the alternate screen, 25 the cursor, 7 wrapping, 2026 output shown all at once where that is known. */
const enter = `${esc}?1049h${esc}?25l${esc}?7l`;
const leave = `${esc}?7h${esc}?25h${esc}?1049l`;
const [begin, end] = [`${esc}?2026h`, `${esc}?2026l`];

const tones: Record<Line['tone'], string> = { head: '1', title: '4', plain: '', dim: '2', notice: '33' };

const coloured = ({ text, tone }: Line): string =>
  tones[tone] === '' ? text : `${esc}${tones[tone]}m${text}${esc}0m`;

/** What puts lines on the screen over those before, without clearing it first: that would flicker. */
export const drawing = (lines: readonly Line[], colour: boolean): string => {
  const texts = lines.map((line) => (colour ? coloured(line) : line.text) + `${esc}K`);
  return `${begin}${esc}H${texts.join('\r\n')}${esc}J${end}`;
};

/** A terminal that is drawn on from top to bottom, until `close`. */
export const openScreen = (out: Out, { colour }: { colour: boolean }): Screen => {
  let isOpen = true;
  out.write(enter);
  return {
    size: () => ({ columns: out.columns ?? 80, rows: out.rows ?? 24 }),
    draw: (lines) => {
      if (isOpen) out.write(drawing(lines, colour));
    },
    close: () => {
      if (isOpen) out.write(leave);
      isOpen = false;
    },
  };
};

/** Whether colours are wanted. @see https://no-color.org */
export const wantsColour = (env: Readonly<Record<string, string | undefined>>): boolean =>
  (env['NO_COLOR'] ?? '') === '';

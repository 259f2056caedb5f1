import { expect, it } from 'vitest';
import { openScreen, wantsColour } from './screen.ts';
import type { Line } from './table.ts';

const lines: Line[] = [
  { text: 'live', tone: 'head' },
  { text: 'kettle-1', tone: 'plain' },
];

const opened = (colour: boolean) => {
  const written: string[] = [];
  const screen = openScreen({ columns: 40, rows: 9, write: (text) => written.push(text) }, { colour });
  return { screen, written };
};

it('a drawing goes over the one before and clears what is left of it', () => {
  const { screen, written } = opened(false);
  screen.draw(lines);
  expect(written[1]).toBe('\u001b[?2026h\u001b[Hlive\u001b[K\r\nkettle-1\u001b[K\u001b[J\u001b[?2026l');
});

it('colours are left out where they are not wanted', () => {
  const { screen, written } = opened(true);
  screen.draw(lines);
  expect(written[1]).toContain('\u001b[1mlive\u001b[0m');
  expect([wantsColour({}), wantsColour({ NO_COLOR: '' }), wantsColour({ NO_COLOR: '1' })]).toEqual([
    true,
    true,
    false,
  ]);
});

it('the cursor is hidden, and is back after it is closed, once', () => {
  const { screen, written } = opened(false);
  expect(written[0]).toContain('\u001b[?25l');
  screen.close();
  screen.close();
  screen.draw(lines);
  expect(written).toHaveLength(2);
  expect(written[1]).toContain('\u001b[?25h');
});

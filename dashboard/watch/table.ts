import { decimalsFor, formatAge, formatValue } from '../web/format.ts';
import type { Row } from './board.ts';
import { cut, fit, widthOf } from './cells.ts';
import { printable } from './printable.ts';

/** What is shown at one moment. */
export type Picture = {
  readonly rows: readonly Row[];
  /** Above the table, the most important first. Cut where the terminal is narrow. */
  readonly head: readonly string[];
  /** Under it, the newest last; the oldest go where the terminal is low. */
  readonly notices: readonly string[];
  /** Epoch ms, by the clock of this machine. */
  readonly now: number;
};

export type Size = { readonly columns: number; readonly rows: number };

/** How a line is meant; colour is put on when it is written. */
export type Line = { readonly text: string; readonly tone: 'head' | 'title' | 'plain' | 'dim' | 'notice' };

const gap = '  ';
/** The readings get what the other columns leave, and at least this. */
const leastReadings = 12;

type Column = {
  readonly title: string;
  readonly of: (row: Row, now: number) => string;
  readonly most: number;
  readonly align?: 'right';
};

const readings = ({ update: { data } }: Row): string =>
  Object.entries(data)
    .map(([field, value]) => {
      const decimals = typeof value === 'number' ? decimalsFor([value]) : 0;
      return `${printable(field)} ${printable(formatValue(value, decimals))}`;
    })
    .join('  ');

const onlineText = ({ online }: Row): string => (online === undefined ? '·' : online ? 'yes' : 'no');

const columns: readonly Column[] = [
  { title: 'device', of: ({ deviceId }) => printable(deviceId), most: 28 },
  { title: 'type', of: ({ deviceType = '·' }) => printable(deviceType), most: 14 },
  { title: 'readings', of: readings, most: 1_000 },
  { title: 'age', of: ({ update }, now) => formatAge(Math.max(0, now - update.receivedAt)), most: 11 },
  { title: 'online', of: onlineText, most: 6 },
  {
    title: 'folded',
    of: ({ folded }) => (folded === 0 ? '·' : String(folded)),
    most: 8,
    align: 'right',
  },
];

/** The width of each column; the one of the readings takes what is left. */
const widthsOf = (cells: readonly (readonly string[])[], width: number): number[] => {
  const natural = columns.map(({ title, most }, at) =>
    Math.min(most, Math.max(title.length, ...cells.map((row) => widthOf(row[at] ?? '')))),
  );
  const flexible = columns.findIndex(({ title }) => title === 'readings');
  const others = natural.reduce((sum, one, at) => (at === flexible ? sum : sum + one + gap.length), 0);
  return natural.map((one, at) => (at === flexible ? Math.max(leastReadings, width - others) : one));
};

const lineOf = (cells: readonly string[], widths: readonly number[], width: number): string =>
  cut(cells.map((cell, at) => fit(cell, widths[at] ?? 0, columns[at]?.align)).join(gap), width).trimEnd();

/** The table's own lines, at most `height` of them, the title and the count of what was cut included. */
const tableLines = ({ rows, now }: Picture, width: number, height: number): Line[] => {
  if (rows.length === 0) return [{ text: cut('No reading yet.', width), tone: 'dim' }];
  const space = Math.max(1, height - 1);
  const shown = rows.length <= space ? rows : rows.slice(0, Math.max(1, space - 1));
  const cells = shown.map((row) => columns.map(({ of }) => of(row, now)));
  const widths = widthsOf(cells, width);
  const title = lineOf(
    columns.map((column) => column.title),
    widths,
    width,
  );
  const left = rows.length - shown.length;
  return [
    { text: title, tone: 'title' },
    ...cells.map((row): Line => ({ text: lineOf(row, widths, width), tone: 'plain' })),
    ...(left === 0 ? [] : [{ text: cut(`… ${left} more`, width), tone: 'dim' } as const]),
  ];
};

/** Makes the lines of a picture: never more than `size` has, none longer than it is wide. */
export const renderTable = (picture: Picture, size: Size): Line[] => {
  const width = Math.max(1, size.columns - 1); // Terminals wrap a line that is exactly as wide.
  const head = picture.head.map((text): Line => ({ text: cut(printable(text), width), tone: 'head' }));
  const room = Math.max(0, Math.min(picture.notices.length, size.rows - head.length - 4));
  const notices = picture.notices.slice(picture.notices.length - room);
  const under = notices.map((text): Line => ({ text: cut(printable(text), width), tone: 'notice' }));
  const height = size.rows - head.length - under.length - 1;
  return [...head, ...tableLines(picture, width, height), ...under].slice(0, size.rows);
};

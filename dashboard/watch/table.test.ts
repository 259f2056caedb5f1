import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from './board.ts';
import { widthOf } from './cells.ts';
import { renderTable, type Picture } from './table.ts';

const now = 1_795_242_818_793;
const row = (
  deviceId: string,
  over: Partial<Row> = {},
  data: Row['update']['data'] = { temperature: 21.4 },
): Row => ({
  deviceId,
  deviceType: 'kettle',
  folded: 0,
  update: { receivedAt: now - 1_000, data },
  ...over,
});
const picture = (rows: Row[], over: Partial<Picture> = {}): Picture => ({
  rows,
  head: ['live · region eu-west'],
  notices: [],
  now,
  ...over,
});
const textOf = (shown: Picture, columns = 80, rows = 24): string[] =>
  renderTable(shown, { columns, rows }).map(({ text }) => text);

describe('the table', () => {
  it('has a line for each device, under what is being done', () => {
    const rows = [row('kettle-1', { online: true }), row('kettle-2', { online: false, folded: 12 })];
    expect(textOf(picture(rows), 64)).toEqual([
      'live · region eu-west',
      'device    type    readings                  age  online  folded',
      'kettle-1  kettle  temperature 21.40         now  yes          ·',
      'kettle-2  kettle  temperature 21.40         now  no          12',
    ]);
  });

  it('says so when there is none yet', () => {
    expect(textOf(picture([]))).toEqual(['live · region eu-west', 'No reading yet.']);
  });

  it('counts the devices that do not fit', () => {
    const rows = [...Array(30).keys()].map((n) => row(`kettle-${n}`));
    const lines = textOf(picture(rows), 80, 10);
    expect(lines.length).toBeLessThan(10);
    expect(lines.at(-1)).toBe('… 24 more');
    expect(lines.filter((line) => line.startsWith('kettle-'))).toHaveLength(6);
  });

  it('keeps the newest notices at its foot', () => {
    const lines = textOf(picture([row('kettle-1')], { notices: ['one', 'two', 'three'] }), 80, 7);
    expect(lines.slice(-2)).toEqual(['two', 'three']);
  });

  it('shows nothing that a terminal would obey', () => {
    const evil = '\u001b[2J\u009b31m\r\nx\u202e';
    const hostile = row(`a${evil}`, { deviceType: evil }, { [evil]: evil, b: [evil], c: { [evil]: 1 } });
    const lines = textOf(picture([hostile], { head: [evil], notices: [evil] }), 200);
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('never is wider or higher than the terminal', () => {
    const rows = fc.array(
      fc.record({
        id: fc.string({ unit: 'binary' }),
        data: fc.dictionary(fc.string({ unit: 'binary' }), fc.oneof(fc.string(), fc.double({ noNaN: true }))),
        folded: fc.nat(),
      }),
    );
    fc.assert(
      fc.property(
        rows,
        fc.integer({ min: 4, max: 120 }),
        fc.integer({ min: 3, max: 40 }),
        (all, columns, height) => {
          const shown = picture(
            all.map(({ id, data, folded }) => row(id, { folded }, data)),
            { notices: ['something happened'] },
          );
          const lines = textOf(shown, columns, height);
          expect(lines.length).toBeLessThanOrEqual(height);
          for (const line of lines) expect(widthOf(line)).toBeLessThan(columns);
        },
      ),
    );
  });
});

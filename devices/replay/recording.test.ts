import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Mapping, Recorded } from './mapping.ts';
import { type RecordingPlan, openRecording } from './recording.ts';
import { timeFormat } from './timeFormat.ts';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'recording-'))));
afterAll(() => rm(folder, { recursive: true }));

const parseTime = timeFormat('auto') ?? (() => undefined);
const plain: Mapping = { parseTime, device: 'dev', isDeviceGiven: false, region: 'eu', isRegionGiven: false };

type Given = Partial<Mapping> & Pick<RecordingPlan, 'from' | 'to'>;

const opened = async (name: string, text: string | Buffer, { from, to, ...mapping }: Given = {}) => {
  const path = join(folder, name);
  await writeFile(path, text);
  return openRecording({ path, from, to, mapping: { ...plain, ...mapping } });
};

const read = async (name: string, text: string | Buffer, given: Given = {}) => {
  const recording = await opened(name, text, given);
  const readings: Recorded[] = [];
  for await (const reading of recording.readings()) readings.push(reading);
  return { readings, skipped: recording.skipped(), share: recording.share() };
};

const csv =
  'time,station,temp,state\n2020-01-01T00:00:00Z,Bahnhof Süd,1.5,ok\n2020-01-01T01:00:00Z,b,,true\n';

it.each([
  ['share.csv', 'time,v\n1,1\n2,2\n3,3\n4,4\n'],
  ['share.ndjson', [1, 2, 3, 4].map((n) => `{"time":${n},"v":${n}}\n`).join('')],
])('the share of %s is that of the readings taken, however far it was read ahead', async (name, text) => {
  const recording = await opened(name, text, { from: 2_000 });
  const shares: number[] = [];
  for await (const _ of recording.readings()) shares.push(recording.share());
  shares.push(recording.share());
  expect(shares.map((share) => Math.round(share * 3))).toEqual([0, 1, 2, 3]);
  expect(shares[1]).toBeLessThan(0.5);
});

describe('a CSV file', () => {
  it('with a short last row has it left out once', async () => {
    const { readings, skipped } = await read('short.csv', 'time,v,w\n1,1,1\n2,2\n');
    expect([readings.length, skipped.rows]).toEqual([1, 1]);
  });

  it.each([
    ['image.csv', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
    ['archive', Buffer.from('504b03040a0000000000', 'hex')],
    ['utf16.csv', Buffer.from('time,v\n1,1\n', 'utf16le')],
  ])('is none when it is no text: %s', async (name, bytes) => {
    await expect(opened(name, bytes)).rejects.toThrow(
      `${name} is no text: give CSV, TSV or NDJSON in UTF-8.`,
    );
  });

  it('is read by its header: numbers, booleans and texts; what is missing is left out', async () => {
    const { readings, skipped, share } = await read('a.csv', csv, { deviceColumn: 'station' });
    expect(readings).toMatchObject([
      {
        line: 2,
        at: 1_577_836_800_000,
        device: 'Bahnhof-Sud',
        region: 'eu',
        fields: { temp: 1.5, state: 'ok' },
      },
      { line: 3, device: 'b', fields: { state: true } },
    ]);
    expect(readings[1]?.fields).toEqual({ state: true });
    expect({ skipped, share }).toEqual({ skipped: { rows: 0, first: undefined }, share: 1 });
  });

  it('takes chosen columns under chosen names', async () => {
    const { readings } = await read('b.csv', csv, { fields: new Map([['temperature', 'temp']]) });
    expect(readings.map(({ fields }) => fields)).toEqual([{ temperature: 1.5 }]);
  });

  it('may have a byte order mark, quotes, line breaks in cells and carriage returns', async () => {
    const { readings } = await read(
      'c.csv',
      '\uFEFFtime,"a ""b""",c\r\n1700000000,"x, y","l1\nl2"\r\n1700000001,z,1\r\n',
    );
    expect(readings.map(({ line, fields }) => ({ line, fields }))).toEqual([
      { line: 3, fields: { 'a "b"': 'x, y', c: 'l1\nl2' } },
      { line: 4, fields: { 'a "b"': 'z', c: 1 } },
    ]);
  });

  it('counts rows that are none and tells the first, with its line', async () => {
    const text = 'time,v\n1700000000,1\nsoon,2\n1700000002\n1700000003,\n1700000004,5\n';
    const { readings, skipped } = await read('d.csv', text);
    expect(readings.map(({ fields }) => fields['v'])).toEqual([1, 5]);
    expect(skipped.rows).toBe(3);
    expect(skipped.first).toBe('line 3 has "soon" for a time; say with --time-format how to read it');
  });

  it('goes on after a quote that is never closed, once a row would be longer than 128 KB', async () => {
    const rows = Array.from({ length: 20_000 }, (_, n) => `${1_700_000_000 + n},${n}`).join('\n');
    const { readings, skipped } = await read('e.csv', `time,v\n1,1\n2,"2\n${rows}\n`);
    expect(readings[0]?.line).toBe(2);
    expect(skipped.rows).toBeGreaterThan(0);
  });

  it('leaves out what was recorded before --from and after --to', async () => {
    const { readings } = await read('f.csv', 'time,v\n1,1\n2,2\n3,3\n4,4\n', { from: 2_000, to: 3_000 });
    expect(readings.map(({ fields }) => fields['v'])).toEqual([2, 3]);
  });

  it.each([
    ['', {}, 'has no row that can be replayed'],
    ['time,v\n', {}, 'has no row that can be replayed'],
    ['a,b\n1,2\n', {}, 'line 2 has no column that is a time by its name; give one of a, b as --time'],
    ['time,v\nx,2\n', {}, 'line 2 has "x" for a time'],
    ['time,v\n1,2\n', { time: 'when' }, 'has no column "when"; it has time, v'],
    ['time,v\n1,2\n', { fields: new Map([['t', 'temp']]) }, 'has no column "temp"'],
    ['time,v\n1,2\n', { from: 5_000 }, 'has no reading between --from and --to; 1 are before or after'],
  ])('without a usable row is refused in one sentence: %j %j', async (text, given, hint) => {
    await expect(opened('bad.csv', text, given)).rejects.toMatchObject({
      code: 'bad_file',
      message: expect.stringMatching(/^bad\.csv has no [^\n]*\.$/) as string,
    });
    await expect(opened('bad.csv', text, given)).rejects.toThrow(hint);
  });
});

const update = (more: object): string =>
  JSON.stringify({
    type: 'sensor_update',
    deviceId: 'pump-1',
    region: 'eu-north',
    deviceType: 'pump',
    ts: 900,
    receivedAt: 1_000,
    boot: 3,
    seq: 4,
    sentAt: 1_010,
    data: { rpm: 1_400 },
    source: 'live',
    ...more,
  });

describe('an NDJSON file', () => {
  it('is read line by line, its columns may be paths', async () => {
    const text = '{"ts":1700000000,"data":{"temp":4}}\n\n{"ts":1700000001,"data":{"temp":5,"x":[1,2]}}';
    const { readings } = await read('a.ndjson', text, {
      fields: new Map([
        ['t', 'data.temp'],
        ['x', 'data.x'],
      ]),
    });
    expect(readings.map(({ line, fields }) => ({ line, fields }))).toEqual([
      { line: 1, fields: { t: 4 } },
      { line: 3, fields: { t: 5, x: [1, 2] } },
    ]);
  });

  it('needs no mapping where watch wrote it: it has device, region and type, and comes as it came', async () => {
    const { readings } = await read(
      'window.ndjson',
      [update({}), update({ ts: 500, receivedAt: 600, sentAt: 1_500, source: 'replay' })].join('\n'),
    );
    expect(readings).toEqual([
      {
        line: 1,
        at: 1_000,
        ts: 900,
        device: 'pump-1',
        region: 'eu-north',
        type: 'pump',
        fields: { rpm: 1_400 },
      },
      {
        line: 2,
        at: 1_500,
        ts: 500,
        device: 'pump-1',
        region: 'eu-north',
        type: 'pump',
        fields: { rpm: 1_400 },
      },
    ]);
  });

  it('counts lines that are no objects, too long or no readings', async () => {
    const long = JSON.stringify({ ts: 1, v: 'x'.repeat(200_000) });
    const { readings, skipped } = await read(
      'b.ndjson',
      ['{"ts":1,"v":1}', long, 'hello', '[1]', update({ ts: 'x' }), '{"ts":2,"v":2}'].join('\n'),
    );
    expect(readings.map(({ line }) => line)).toEqual([1, 6]);
    expect(skipped).toEqual({ rows: 4, first: 'line 2 is longer than 128 KB' });
  });

  it('is known by its first character, whatever its name', async () => {
    expect((await read('log.txt', '\n {"ts":1,"v":1}\n')).readings).toHaveLength(1);
    expect((await read('log2.txt', 'ts,v\n1,1\n')).readings).toHaveLength(1);
  });

  it('reads text that chunks cut in two', async () => {
    const lines = Array.from({ length: 9_000 }, (_, n) =>
      JSON.stringify({ ts: n + 1, v: 'äöü€😀'.repeat(3) }),
    ).join('\n');
    const { readings, skipped } = await read('c.ndjson', lines);
    expect(skipped.rows).toBe(0);
    expect(readings.every(({ fields }) => fields['v'] === 'äöü€😀'.repeat(3))).toBe(true);
    expect(readings).toHaveLength(9_000);
  });

  it('does not let a column called __proto__ in', async () => {
    const { readings } = await read('d.ndjson', '{"ts":1,"__proto__":{"x":1},"v":1}');
    expect(readings[0]?.fields).toEqual({ v: 1 });
  });
});

describe('a file that cannot be read', () => {
  it.each([
    ['nowhere.csv', 'there is no such file'],
    ['', 'it is no file'],
  ])('%j is refused: %s', async (name, hint) => {
    const attempt = openRecording({ path: join(folder, name), mapping: plain });
    await expect(attempt).rejects.toMatchObject({ code: 'bad_file' });
    await expect(attempt).rejects.toThrow(hint);
  });
});

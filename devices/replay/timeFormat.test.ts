import { describe, expect, it } from 'vitest';

import { timeFormat } from './timeFormat.ts';

const read = (format: string, value: unknown): string | undefined => {
  const ms = timeFormat(format)?.(value);
  return ms === undefined ? undefined : new Date(ms).toISOString();
};

describe('a time format', () => {
  it.each([
    ['iso', '2010-01-01T01:00:00', '2010-01-01T01:00:00.000Z'],
    ['iso', '2010-01-01', '2010-01-01T00:00:00.000Z'],
    ['iso', '2010-01-01 01:00', '2010-01-01T01:00:00.000Z'],
    ['iso', '2010-01-01T01:00:00.25Z', '2010-01-01T01:00:00.250Z'],
    ['iso', '2010-01-01T01:00:00+02:00', '2009-12-31T23:00:00.000Z'],
    ['iso', '2010-01-01T01:00:00-0530', '2010-01-01T06:30:00.000Z'],
    ['epoch-s', '1700000000.5', '2023-11-14T22:13:20.500Z'],
    ['epoch-ms', 1_700_000_000_500, '2023-11-14T22:13:20.500Z'],
    ['auto', '1700000000', '2023-11-14T22:13:20.000Z'],
    ['auto', '1700000000500', '2023-11-14T22:13:20.500Z'],
    ['auto', '2010-01-01T01:00:00', '2010-01-01T01:00:00.000Z'],
    ['dd.MM.yyyy HH:mm', '31.12.2009 23:59', '2009-12-31T23:59:00.000Z'],
    ['M/d/yyyy', '7/4/2010', '2010-07-04T00:00:00.000Z'],
    ['yyyyMMddHHmmssSSS', '20100101020304005', '2010-01-01T02:03:04.005Z'],
  ])('%s reads %j', (format, value, expected) => expect(read(format, value)).toBe(expected));

  it.each([
    ['iso', '2010-02-30T00:00:00Z'],
    ['iso', '2010-13-01'],
    ['iso', '2010-01-01T24:30:00'],
    ['iso', '01.01.2010'],
    ['iso', 5],
    ['epoch-s', 'soon'],
    ['epoch-s', '1e30'],
    ['epoch-ms', ''],
    ['auto', null],
    ['dd.MM.yyyy', '31.02.2010'],
    ['dd.MM.yyyy', '31x12x2010'],
  ])('%s does not read %j', (format, value) => expect(read(format, value)).toBeUndefined());

  it.each(['', 'HH:mm', 'yyyy-MM', 'yyyy yyyy MM dd', 'unix'])('%j is none', (format) =>
    expect(timeFormat(format)).toBeUndefined(),
  );
});

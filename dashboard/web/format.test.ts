import { describe, expect, it } from 'vitest';
import { decimalsFor, formatAge, formatNumber, formatValue } from './format.ts';

describe('a number', () => {
  it.each([
    [[20, 21], 0],
    [[20, 20.5], 2],
    [[99.5, 100.5], 1],
    [[1500.25], 0],
    [[0.0123], 4],
    [[-120.5], 1],
  ])('among %j has %d decimals', (values, decimals) => {
    expect(decimalsFor(values)).toBe(decimals);
  });

  it.each([
    [20, 2, '20.00'],
    [-3.456, 2, '−3.46'],
    [1234567, 0, '1,234,567'],
    [0, 2, '0.00'],
    [1.5e12, 0, '1.50e+12'],
    [0.0000012, 4, '1.20e−6'],
  ])('%d with %d decimals reads %s', (value, decimals, text) => {
    expect(formatNumber(value, decimals)).toBe(text);
  });
});

describe('a value', () => {
  it.each([
    [undefined, '–'],
    ['open', 'open'],
    [true, 'true'],
    [null, '–'],
    ['NaN', '–'],
    ['-inf', '–'],
    ['', '–'],
    ['info', 'info'],
    [{ a: 1 }, '{"a":1}'],
  ])('%j reads %s', (value, text) => {
    expect(formatValue(value, 0)).toBe(text);
  });

  it('that is long is cut', () => {
    expect(formatValue('x'.repeat(100), 0)).toHaveLength(60);
  });
});

describe('an age', () => {
  it.each([
    [-2_000, 'now'],
    [4_999, 'now'],
    [5_000, '5 s ago'],
    [59_999, '59 s ago'],
    [60_000, '1 min ago'],
    [3_600_000, '1 h ago'],
    [47 * 3_600_000, '47 h ago'],
    [48 * 3_600_000, '2 d ago'],
  ])('of %d ms reads %s', (ms, text) => {
    expect(formatAge(ms)).toBe(text);
  });
});

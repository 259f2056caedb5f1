import { describe, expect, it } from 'vitest';
import { sparklinePath } from './sparklinePath.ts';

describe('a sparklinePath', () => {
  it('of no values is empty', () => {
    expect(sparklinePath([])).toBe('');
  });

  it('of one value, or of equal ones, is level', () => {
    expect(sparklinePath([5])).toBe('M0 12H100');
    expect(sparklinePath([5, 5])).toBe('M0.0 12.0L100.0 12.0');
  });

  it('spans its box from the lowest to the highest value', () => {
    expect(sparklinePath([0, 10, 5])).toBe('M0.0 22.0L50.0 2.0L100.0 12.0');
  });

  it('shows the last 60 values', () => {
    const values = Array.from({ length: 100 }, (_, at) => at);
    expect(sparklinePath(values)).toBe(sparklinePath(values.slice(-60)));
  });
});

import { expect, it } from 'vitest';
import { summaryOf, type Summary } from './summary.ts';

const summary: Summary = {
  field: 'temperature',
  unit: '°C',
  decimals: 1,
  now: 21.2,
  least: 20.1,
  greatest: 22.4,
  gaps: 2,
  span: 'in the last 5 min',
};

it('a chart is told in a sentence', () => {
  expect(summaryOf(summary)).toBe(
    'temperature: now 21.2 °C, between 20.1 and 22.4 in the last 5 min, 2 gaps',
  );
});

it('a chart without points says so', () => {
  expect(summaryOf({ ...summary, now: undefined, least: undefined, greatest: undefined, gaps: 0 })).toBe(
    'temperature: nothing in the last 5 min, no gaps',
  );
});

it('the name of a field does not fill a screen reader’s hour', () => {
  expect(summaryOf({ ...summary, field: 'x'.repeat(10_000) }).length).toBeLessThan(200);
});

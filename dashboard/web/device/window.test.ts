import { expect, it } from 'vitest';
import { spanOf, wordsOf, zoomed } from './window.ts';

it('a window ends now', () => {
  expect(spanOf({ windowMs: 60_000 }, 100_000)).toEqual({ from: 40_000, to: 100_000 });
});

it('a window that was paused ends then', () => {
  expect(spanOf({ windowMs: 60_000, pausedAt: 70_000 }, 100_000)).toEqual({ from: 10_000, to: 70_000 });
});

it('a zoom stays where it is', () => {
  expect(spanOf({ windowMs: 60_000, zoom: { from: 1, to: 2 } }, 100_000)).toEqual({ from: 1, to: 2 });
});

it('zooming keeps the place it is made at', () => {
  expect(zoomed({ from: 0, to: 10_000 }, 0.5, 2_000)).toEqual({ from: 1_000, to: 6_000 });
});

it('zooming ends at half a second and at a day', () => {
  const { from, to } = zoomed({ from: 0, to: 600 }, 0.1, 300);
  expect(to - from).toBe(500);
  const wide = zoomed({ from: 0, to: 80_000_000 }, 9, 0);
  expect(wide.to - wide.from).toBe(86_400_000);
});

it('a window has words', () => {
  expect(wordsOf({ windowMs: 300_000 })).toBe('in the last 5 min');
});

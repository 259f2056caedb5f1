import { describe, expect, it } from 'vitest';
import { gridWindow } from './gridWindow.ts';

const screen = { width: 1_000, height: 400, top: 0, tile: { width: 240, height: 88 }, gap: 12 };

describe('the window of a grid', () => {
  it('draws what is on the screen, and two rows beyond it', () => {
    const { columns, rows, from, to, seenFrom, seenTo } = gridWindow(10_000, { ...screen, top: 50_000 });
    expect([columns, rows]).toEqual([4, 2_500]);
    expect([seenFrom, seenTo]).toEqual([2_000, 2_016]);
    expect([from, to]).toEqual([1_992, 2_024]);
  });

  it('begins at the first and ends at the last device', () => {
    expect(gridWindow(5, { ...screen, top: -300 })).toMatchObject({ from: 0, to: 5, seenFrom: 0, seenTo: 4 });
    expect(gridWindow(0, screen)).toMatchObject({ rows: 0, from: 0, to: 0 });
  });

  it('shows nothing of a grid that was scrolled past', () => {
    expect(gridWindow(8, { ...screen, top: 9_000 })).toMatchObject({
      seenFrom: 8,
      seenTo: 8,
      from: 0,
      to: 8,
    });
  });

  it('has one column at least', () => {
    expect(gridWindow(3, { ...screen, width: 100 }).columns).toBe(1);
  });
});

import { describe, expect, it } from 'vitest';
import { wallClaims } from './wallClaims.ts';
import type { Sample, WallResult } from './wallRun.ts';

const run = { hours: 2, speed: 30, devices: 24, samples: 24 };
const sample = (n: number, over: Partial<Sample> = {}): Sample => ({
  minute: 5 * n,
  heap: 9e6 + (n % 3) * 1e5,
  nodes: 2_000,
  listeners: 80,
  state: 'live',
  tiles: 24,
  lag: 1,
  connections: 3,
  ...over,
});
const result = (of: (n: number) => Partial<Sample>, over: Partial<WallResult> = {}): WallResult => ({
  samples: Array.from({ length: 24 }, (_, n) => sample(n, of(n))),
  sockets: { opened: 3, most: 2 },
  renewals: 2,
  pings: 24,
  reported: [],
  ...over,
});
const fails = (of: (n: number) => Partial<Sample>, over: Partial<WallResult> = {}): number =>
  wallClaims(run, result(of, over)).filter(({ holds }) => !holds).length;

describe('a page on a wall', () => {
  it('holds where its memory stands and its tiles move', () => {
    expect(fails(() => ({}))).toBe(0);
  });

  it('fails for a heap that grows, for nodes and listeners that stay', () => {
    expect(fails((n) => ({ heap: 9e6 + n * 1e6 }))).toBe(2);
    expect(fails((n) => ({ heap: 9e6 + n * 3e5 }))).toBe(0); // 5.4 MB in all, 1.8 in a quarter
    expect(fails((n) => ({ nodes: 2_000 + 10 * n }))).toBe(1);
    expect(fails((n) => ({ listeners: 80 + 2 * n }))).toBe(1);
  });

  it('fails for a page that is away at the end, lags, shows too few or cannot be read', () => {
    const atEnd = (over: Partial<Sample>) => (n: number) => (n === 23 ? over : {});
    expect(fails(atEnd({ state: 'offline' }))).toBe(1);
    expect(fails(atEnd({ lag: 60 }))).toBe(1);
    expect(fails(atEnd({ lag: NaN }))).toBe(1);
    expect(fails(atEnd({ tiles: 23 }))).toBe(1);
  });

  it('fails for one that did not move, or was given no newer token', () => {
    expect(fails(() => ({}), { sockets: { opened: 2, most: 1 } })).toBe(1);
    expect(fails(() => ({}), { sockets: { opened: 4, most: 3 } })).toBe(1);
    expect(fails(() => ({}), { renewals: 1 })).toBe(1);
  });
});

import { describe, expect, it } from 'vitest';

import { always, series } from '../always.testing.ts';
import { brownian, normalAt, ornsteinUhlenbeck, reflected } from './bridge.ts';

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]): number =>
  mean(values.map((value) => (value - mean(values)) ** 2));
const correlation = (pairs: readonly (readonly [number, number])[]): number => {
  const [xs, ys] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
  const both = mean(pairs.map(([x, y]) => (x - mean(xs)) * (y - mean(ys))));
  return both / Math.sqrt(variance(xs) * variance(ys));
};

// All seeds are fixed: these tests come out the same every time.
const seeds = series(3_000, 1, (n) => n * 7_919);
const now = 1_763_700_000_123;

describe('normal numbers', () => {
  it('have mean 0 and variance 1', () => {
    const values = series(20_000, 1, (n) => normalAt(42, n));
    expect(Math.abs(mean(values))).toBeLessThan(0.03);
    expect(Math.abs(variance(values) - 1)).toBeLessThan(0.04);
  });
});

describe('Brownian motion', () => {
  it.each([1, 17, 1_000, 60_000])('changes over %i ms by a variance of as much', (ms) => {
    const changes = seeds.map((seed) => {
      const walk = brownian(seed);
      return walk(now + ms) - walk(now);
    });
    expect(Math.abs(variance(changes) / ms - 1)).toBeLessThan(0.1);
    expect(Math.abs(mean(changes))).toBeLessThan(0.08 * Math.sqrt(ms));
  });

  it('changes one way or the other whatever it did before', () => {
    const pairs = seeds.map((seed) => {
      const walk = brownian(seed);
      const [a, b, c] = [walk(now), walk(now + 1_000), walk(now + 2_000)];
      return [b - a, c - b] as const;
    });
    expect(Math.abs(correlation(pairs))).toBeLessThan(0.06);
  });

  it('is the same whatever was asked before', () =>
    always((s, ts) => {
      const walk = brownian(s);
      const first = walk(ts);
      walk(ts + 5_000);
      expect(walk(ts)).toBe(first);
    }));
});

describe('the Ornstein-Uhlenbeck process', () => {
  it('has mean 0 and variance 1 at any moment', () => {
    const values = seeds.map((seed) => ornsteinUhlenbeck(seed, 60_000)(now));
    expect(Math.abs(mean(values))).toBeLessThan(0.06);
    expect(Math.abs(variance(values) - 1)).toBeLessThan(0.08);
  });

  it.each([1_000, 30_000, 60_000, 180_000])('forgets as e^(-t/relaxation) after %i ms', (ms) => {
    const pairs = seeds.map((seed) => {
      const path = ornsteinUhlenbeck(seed, 60_000);
      return [path(now), path(now + ms)] as const;
    });
    expect(Math.abs(correlation(pairs) - Math.exp(-ms / 60_000))).toBeLessThan(0.06);
  });
});

describe('a value between two walls', () => {
  it('stays between them, and where it is as long as it is', () =>
    always((s) => {
      const value = (s / 2 ** 32 - 0.5) * 1_000;
      const inside = reflected(value, -3, 5);
      expect(inside).toBeGreaterThanOrEqual(-3);
      expect(inside).toBeLessThanOrEqual(5);
      if (value > -3 && value < 5) expect(inside).toBeCloseTo(value, 9);
      expect(Math.abs(reflected(value + 0.1, -3, 5) - inside)).toBeLessThan(0.1 + 1e-9);
    }));
});

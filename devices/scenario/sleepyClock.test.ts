import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sleepyClock } from './sleepyClock.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('rings as any clock does while it is awake', () => {
  const rung: string[] = [];
  sleepyClock().setTimeout(() => rung.push('a'), 100);
  vi.advanceTimersByTime(100);
  expect(rung).toEqual(['a']);
});

it('rings nothing while it sleeps, and what fell due when it wakes, but for what was cancelled', () => {
  const clock = sleepyClock();
  const rung: string[] = [];
  clock.setTimeout(() => rung.push('due'), 100);
  const cancelled = clock.setTimeout(() => rung.push('cancelled'), 100);
  clock.setTimeout(() => rung.push('not yet'), 1_000);
  clock.sleep();
  vi.advanceTimersByTime(500);
  clock.clearTimeout(cancelled);
  expect(rung).toEqual([]);
  clock.wake();
  expect(rung).toEqual(['due']);
});

it('goes on while it sleeps', () => {
  const clock = sleepyClock();
  const before = clock.now();
  clock.sleep();
  vi.advanceTimersByTime(60_000);
  expect(clock.now() - before).toBe(60_000);
});

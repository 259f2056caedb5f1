import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Breaker } from '../patience.ts';
import type { Outcome } from '../ports.ts';
import { samplingBreaker } from './pushBreaker.ts';

let breaker: Breaker;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  breaker = samplingBreaker();
});
afterEach(() => vi.useRealTimers());

const pass = (n: number, outcome: Outcome) => breaker.pass(`c${n}`, async () => outcome);
const passMany = async (count: number, outcome: Outcome) => {
  for (let n = 0; n < count; n += 1) await pass(n, outcome);
};

it('what the post says comes back', async () => {
  for (const outcome of ['delivered', 'gone', 'busy', 'refused'] as const)
    expect(await pass(1, outcome)).toBe(outcome);
});

it('opens when 20 posts to as many connections are busy', async () => {
  await passMany(19, 'busy');
  expect(breaker.isClosed()).toBe(true);
  await pass(19, 'busy');
  expect(breaker.isClosed()).toBe(false);
  expect(await breaker.pass('c1', () => expect.fail('posted'))).toBe('open');
});

it('stays closed while no more than half is busy', async () => {
  await passMany(50, 'delivered');
  await passMany(50, 'busy');
  expect(breaker.isClosed()).toBe(true);
  await pass(50, 'busy');
  expect(breaker.isClosed()).toBe(false);
});

it.each(['gone', 'refused'] as const)('%s is no trouble of the edge', async (outcome) => {
  await passMany(100, outcome);
  expect(breaker.isClosed()).toBe(true);
});

it('counts a connection as busy once a second', async () => {
  for (let n = 0; n < 1_000; n += 1) {
    vi.advanceTimersByTime(10);
    expect(await pass(n % 3, 'busy')).toBe('busy');
  }
  expect(breaker.isClosed()).toBe(true);
});

it('lets one post through after a second, and all if it is taken', async () => {
  await passMany(20, 'busy');
  vi.advanceTimersByTime(999);
  expect(await pass(1, 'delivered')).toBe('open');
  vi.advanceTimersByTime(1);

  let answer = (_: Outcome): void => undefined;
  const probe = breaker.pass('c1', () => new Promise<Outcome>((resolve) => (answer = resolve)));
  const second = pass(2, 'delivered');
  expect(breaker.isClosed()).toBe(false);
  answer('delivered');
  expect([await probe, await second]).toEqual(['delivered', 'delivered']);
  expect(breaker.isClosed()).toBe(true);
});

it('holds those back who waited for a post that was not taken', async () => {
  await passMany(20, 'busy');
  vi.advanceTimersByTime(1_000);
  const outcomes = await Promise.all([pass(1, 'busy'), pass(2, 'delivered')]);
  expect(outcomes).toEqual(['busy', 'open']);
});

it('what the post throws is thrown', async () => {
  await expect(breaker.pass('c1', () => Promise.reject(new Error('404')))).rejects.toThrow('404');
});

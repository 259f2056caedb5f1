import { beforeEach, expect, it } from 'vitest';
import type { Subscription } from './ports.ts';
import { cachedByTarget } from './subscriptionCache.ts';

let time = 0;
let lookUps = 0;
let answer: () => Promise<Subscription[]>;
const cached = cachedByTarget(
  () => {
    lookUps += 1;
    return answer();
  },
  { ttlMs: 1_000, now: () => time },
);

beforeEach(() => {
  time += 1_000_000; // What the last test remembered is long forgotten.
  lookUps = 0;
  answer = async () => [];
});

it('looks a target up once within the time', async () => {
  await cached('region#eu-west');
  time += 999;
  await cached('region#eu-west');
  expect(lookUps).toBe(1);
});

it('looks a target up again when the time is over', async () => {
  await cached('region#eu-west');
  time += 1_000;
  await cached('region#eu-west');
  expect(lookUps).toBe(2);
});

it('looks every target up for itself', async () => {
  await Promise.all([cached('region#a'), cached('region#b')]);
  expect(lookUps).toBe(2);
});

it('has one look-up in flight per target', async () => {
  await Promise.all([cached('region#a'), cached('region#a'), cached('region#a')]);
  expect(lookUps).toBe(1);
});

it('does not remember a failure', async () => {
  answer = () => Promise.reject(new Error('throttled'));
  await expect(Promise.all([cached('region#a'), cached('region#a')])).rejects.toThrow('throttled');
  answer = async () => [];
  expect(await cached('region#a')).toEqual([]);
  expect(lookUps).toBe(2);
});

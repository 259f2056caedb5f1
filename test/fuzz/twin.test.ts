import { afterAll, beforeAll, expect, it } from 'vitest';
import { startForTest } from '../local.ts';
import { resumeCycles } from './resumeCycles.ts';
import { subscribeRaces } from './subscribeRaces.ts';
import { twoHourCuts } from './twoHourCuts.ts';

let local: Awaited<ReturnType<typeof startForTest>>;
beforeAll(async () => (local = await startForTest({ settings: { subscriptionCacheMs: 200 } })));
afterAll(() => local.close());

it('nothing is missing and nothing comes twice, whenever one subscribes', { timeout: 90_000 }, async () => {
  const { failures, readings } = await subscribeRaces({ runs: 24, seed: Date.now(), local });
  expect(failures).toEqual([]);
  expect(readings).toBeGreaterThan(0);
});

it(
  'nothing is missing and nothing comes twice, whenever a connection is lost',
  { timeout: 120_000 },
  async () => {
    const { failures, readings } = await resumeCycles({ runs: 16, seed: Date.now(), local });
    expect(failures).toEqual([]);
    expect(readings).toBeGreaterThan(0);
  },
);

it('a viewer lives through a two-hour cut', { timeout: 120_000 }, async () => {
  const { failures, mostSockets } = await twoHourCuts({ cuts: 1, speed: 480 });
  expect(failures).toEqual([]);
  expect(mostSockets).toBe(2);
});

import { beforeEach, describe, expect, it } from 'vitest';
import { aSubscription } from './factories.ts';
import type { Subscription } from './ports.ts';
import { cachedByTarget } from './subscriptionCache.ts';

const subscription = aSubscription();

let time = 0;
let lookUps = 0;
let answer: () => Promise<Subscription[]>;
const { byTarget: cached, renew } = cachedByTarget(
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

it('counts the time from the start of a look-up, not from its end', async () => {
  answer = async () => {
    time += 600;
    return [];
  };
  await cached('region#eu-west');
  time += 399;
  await cached('region#eu-west');
  expect(lookUps).toBe(1);
  time += 1;
  await cached('region#eu-west');
  expect(lookUps).toBe(2);
});

it('is not held up by a look-up that takes longer than the time', async () => {
  let finish = (_: Subscription[]): void => undefined;
  answer = () => new Promise((resolve) => (finish = resolve));
  const first = cached('region#eu-west');
  time += 1_000;
  answer = async () => [subscription];
  expect(await cached('region#eu-west')).toEqual([subscription]);
  finish([]);
  expect(await first).toEqual([]);
  expect(await cached('region#eu-west')).toEqual([subscription]);
});

it('never gives an answer without a row that was put the whole time ago', async () => {
  let rows: Subscription[] = [];
  answer = async () => rows;
  for (let asked = 0; asked < 3_000; asked += 1) {
    time += 1;
    if (asked === 1_500) rows = [subscription];
    const found = await cached('region#eu-west');
    if (asked >= 2_500) expect(found).toEqual([subscription]);
  }
});

it('remembers nothing where the time is 0, not even a look-up in flight', async () => {
  const { byTarget: uncached } = cachedByTarget(
    () => {
      lookUps += 1;
      return answer();
    },
    { ttlMs: 0, now: () => time },
  );
  await Promise.all([uncached('region#eu-west'), uncached('region#eu-west')]);
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

it('counts what it had and what it asked for', async () => {
  const counts: Record<string, number> = {};
  const { byTarget: measured } = cachedByTarget(async () => [], {
    ttlMs: 1_000,
    now: () => time,
    measure: (metric, value) => void (counts[metric] = (counts[metric] ?? 0) + value),
  });
  for (const ms of [0, 999, 1]) {
    time += ms;
    await measured('region#eu-west');
  }
  expect(counts).toEqual({ CacheMisses: 2, CacheHits: 1 });
});

describe('renewing', () => {
  const slowly = async () => {
    time += 50;
    return [];
  };
  /** Uses of one target, one every so many ms, each followed by `renew` 300 ms later. */
  const useEvery = async (ms: number, times: number) => {
    for (const _ of Array(times).keys()) {
      const used = time;
      await cached('region#eu-west');
      time += 300;
      await renew();
      time = used + ms;
    }
  };

  beforeEach(() => {
    answer = slowly;
  });

  it('asks ahead for what took long, so that the next reading need not wait', async () => {
    await useEvery(1_100, 3);
    const before = lookUps;
    await cached('region#eu-west');
    expect(lookUps).toBe(before);
  });

  it.each([
    ['while the answer will still be good', 100, 5, 1],
    ['where the next one will find that too old too', 5_000, 5, 5],
    ['before there is a pace to go by', 1_100, 1, 1],
    ['what would not have come by the next one', 340, 9, 3],
  ])('does not ask %s', async (_, everyMs, times, asked) => {
    await useEvery(everyMs, times);
    expect(lookUps).toBe(asked);
  });

  it('ends when nobody asks any more', async () => {
    await useEvery(1_100, 3);
    const before = lookUps;
    for (const _ of Array(10).keys()) {
      time += 700;
      await renew();
    }
    expect(lookUps).toBe(before);
  });

  it('leaves alone what came fast', async () => {
    answer = async () => [];
    await useEvery(1_100, 4);
    expect(lookUps).toBe(4);
  });

  it('that fails costs nobody anything', async () => {
    await useEvery(1_100, 2);
    await cached('region#eu-west');
    time += 300;
    answer = () => Promise.reject(new Error('down'));
    await renew();
    answer = async () => [subscription];
    expect(await cached('region#eu-west')).toEqual([subscription]);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { samplingBreaker } from './aws/pushBreaker.ts';
import type { Metric } from './metrics.ts';
import { patient, type Breaker } from './patience.ts';
import { pushMs, type Outcome, type Post } from './ports.ts';
import { newSeed, seeded } from './seeded.testing.ts';

const tryMs = 1_000;

/** Time moves only when told to: cockatiel asks `Date.now`, everything else these timers. */
beforeEach(() => vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const alwaysClosed: Breaker = { isClosed: () => true, pass: (_, post) => post() };

/** An edge that answers `outcome` after `ms`, and a push to it. Whatever is random comes from a seed that a failure names. */
const start = (over: { breaker?: Breaker } = {}) => {
  const seed = newSeed();
  const below = seeded(seed);
  const counted: Partial<Record<Metric, number>> = {};
  const edge = {
    seed,
    counted,
    posts: 0,
    ms: 20,
    outcomeFor: (_connectionId: string): Outcome => 'delivered',
  };
  const post: Post = async (connectionId) => {
    edge.posts += 1;
    await wait(Math.min(edge.ms, tryMs));
    return edge.ms >= tryMs ? 'busy' : edge.outcomeFor(connectionId);
  };
  const push = patient({
    post,
    tryMs,
    breaker: over.breaker ?? samplingBreaker(),
    now: Date.now,
    wait,
    random: () => below(1_000) / 1_000,
    measure: (metric, value) => {
      counted[metric] = (counted[metric] ?? 0) + value;
    },
  });
  return Object.assign(edge, { push, below });
};

/** What comes of the work once all time that it needs has passed, and how long that was. */
const inTime = async <T>(work: Promise<T>): Promise<{ result: T; tookMs: number }> => {
  const begun = Date.now();
  let tookMs = NaN;
  const timed = work.then((result) => {
    tookMs = Date.now() - begun;
    return result;
  });
  await vi.advanceTimersByTimeAsync(10_000);
  return { result: await timed, tookMs };
};

/** So many pushes, one every `gapMs`, to connections in turn. */
const pushMany = async (
  edge: ReturnType<typeof start>,
  { count, gapMs, connections }: { count: number; gapMs: number; connections: number },
): Promise<Outcome[]> => {
  const pushes: Promise<Outcome>[] = [];
  for (let n = 0; n < count; n += 1) {
    pushes.push(edge.push(`c${n % connections}`, '{}'));
    if (gapMs > 0) await vi.advanceTimersByTimeAsync(gapMs);
  }
  await vi.advanceTimersByTimeAsync(5_000);
  return Promise.all(pushes);
};

describe('one push', () => {
  it.each(['delivered', 'gone', 'refused'] as const)('%s is not tried again', async (outcome) => {
    const edge = start();
    edge.outcomeFor = () => outcome;
    expect(await inTime(edge.push('c', '{}'))).toEqual({ result: outcome, tookMs: 20 });
    expect(edge).toMatchObject({ posts: 1, counted: {} });
  });

  it('an edge that is busy once is asked again', async () => {
    const edge = start();
    edge.outcomeFor = () => (edge.posts === 1 ? 'busy' : 'delivered');
    expect((await inTime(edge.push('c', '{}'))).result).toBe('delivered');
    expect(edge).toMatchObject({ posts: 2, counted: { Retries: 1 } });
  });

  it('what a second try says counts', async () => {
    const edge = start();
    edge.outcomeFor = () => (edge.posts === 1 ? 'busy' : 'gone');
    expect((await inTime(edge.push('c', '{}'))).result).toBe('gone');
  });

  it('pauses grow, and are somewhere below their bounds', async () => {
    const longest: number[] = [];
    for (let run = 0; run < 50; run += 1) {
      const edge = start({ breaker: alwaysClosed });
      const at: number[] = [];
      edge.outcomeFor = () => {
        at.push(Date.now());
        return 'busy';
      };
      await inTime(edge.push('c', '{}'));
      for (const [n, time] of at.slice(1).entries()) {
        const pause = time - (at[n] ?? NaN) - edge.ms;
        expect(pause, `seed ${edge.seed}`).toBeLessThanOrEqual(50 * 2 ** n + 1);
        longest[n] = Math.max(longest[n] ?? 0, pause);
      }
    }
    expect(longest[0]).toBeGreaterThan(25);
    expect(longest[1]).toBeGreaterThan(50);
    expect(longest).toHaveLength(2);
  });

  it('an edge that is busy for good ends as busy, in time', async () => {
    for (let run = 0; run < 200; run += 1) {
      const edge = start();
      edge.ms = edge.below(1_200);
      edge.outcomeFor = () => 'busy';
      const { result, tookMs } = await inTime(edge.push('c', '{}'));
      expect(result).toBe('busy');
      expect(tookMs, `seed ${edge.seed}`).toBeLessThanOrEqual(pushMs);
    }
  });

  it('an edge that never answers is asked twice at most', async () => {
    for (let run = 0; run < 50; run += 1) {
      const edge = start();
      edge.ms = Infinity;
      expect((await inTime(edge.push('c', '{}'))).result).toBe('busy');
      expect(edge.posts, `seed ${edge.seed}`).toBeLessThanOrEqual(2);
    }
  });

  it('a pause that takes too long is the last thing that happens', async () => {
    const edge = start();
    edge.outcomeFor = () => 'busy';
    const push = patient({
      post: async () => edge.outcomeFor('c'),
      tryMs,
      breaker: alwaysClosed,
      now: Date.now,
      wait: () => wait(2_000), // such as while a function is frozen
      random: () => 0.5,
      measure: () => expect.fail('nothing was tried again'),
    });
    expect(await inTime(push('c', '{}'))).toEqual({ result: 'busy', tookMs: 2_000 });
  });

  it('a wrong endpoint is thrown, and not tried again', async () => {
    const edge = start();
    edge.outcomeFor = () => {
      throw new Error('404');
    };
    const push = expect(edge.push('c', '{}')).rejects.toThrow('404');
    await vi.advanceTimersByTimeAsync(100);
    await push;
    expect(edge.posts).toBe(1);
  });
});

describe('an edge that refuses everything', () => {
  const paces = [
    { name: 'all at once', gapMs: 0, connections: 50 },
    { name: 'one every ms, to 50 connections', gapMs: 1, connections: 50 },
    { name: 'one every 20 ms, to 50 connections', gapMs: 20, connections: 50 },
    { name: 'one every 100 ms, to 50 connections', gapMs: 100, connections: 50 },
    { name: 'one every 20 ms, to a single connection', gapMs: 20, connections: 1 },
    { name: 'one a second, to 3 connections', gapMs: 1_000, connections: 3 },
  ];

  it.each(paces)('is asked 1.2 times per push at most: $name', async ({ gapMs, connections }) => {
    for (const ms of [1, 20, Infinity]) {
      const edge = start();
      edge.outcomeFor = () => 'busy';
      edge.ms = ms;
      const outcomes = await pushMany(edge, { count: 1_000, gapMs, connections });
      expect(new Set(outcomes)).toEqual(new Set(['busy']));
      expect(edge.posts, `seed ${edge.seed}`).toBeLessThanOrEqual(1_200);
      const { Retries = 0, BreakerOpen = 0 } = edge.counted;
      expect(edge.posts).toBe(1_000 - BreakerOpen + Retries);
    }
  });

  it('is left alone but for a look every second', async () => {
    const edge = start();
    edge.outcomeFor = () => 'busy';
    await pushMany(edge, { count: 200, gapMs: 20, connections: 50 });
    edge.posts = 0;
    await pushMany(edge, { count: 500, gapMs: 20, connections: 50 }); // 10 s, and 5 without pushes
    expect(edge.posts).toBeGreaterThanOrEqual(8);
    expect(edge.posts).toBeLessThanOrEqual(11);
    expect(edge.counted.BreakerOpen).toBeGreaterThan(480);
  });

  it('is pushed to again a good second after it is well', async () => {
    const edge = start();
    edge.outcomeFor = () => 'busy';
    await pushMany(edge, { count: 500, gapMs: 10, connections: 50 });
    expect(edge.counted.BreakerOpen).toBeGreaterThan(0);
    edge.outcomeFor = () => 'delivered';
    await vi.advanceTimersByTimeAsync(1_000);
    const outcomes = await pushMany(edge, { count: 500, gapMs: 0, connections: 50 });
    expect(new Set(outcomes)).toEqual(new Set(['delivered']));
  });

  it('has pushes end in time also while one of them looks whether it is well', async () => {
    const edge = start();
    edge.outcomeFor = () => 'busy';
    await pushMany(edge, { count: 500, gapMs: 10, connections: 50 });
    edge.ms = 990;
    edge.outcomeFor = () => (edge.below(2) === 0 ? 'busy' : 'delivered');
    for (let run = 0; run < 20; run += 1) {
      await vi.advanceTimersByTimeAsync(edge.below(3_000));
      const pushes = Array.from({ length: 50 }, async (_, n) => inTime(edge.push(`c${n}`, '{}')));
      for (const { tookMs } of await Promise.all(pushes))
        expect(tookMs, `seed ${edge.seed}`).toBeLessThanOrEqual(pushMs);
    }
  });
});

describe('one viewer who does not read', () => {
  const slow = 'c7';
  const outcomeFor = (connectionId: string): Outcome => (connectionId === slow ? 'busy' : 'delivered');

  it('among 50 keeps nobody else from anything', async () => {
    const edge = start();
    edge.outcomeFor = outcomeFor;
    const outcomes = await pushMany(edge, { count: 5_000, gapMs: 5, connections: 50 });
    expect(outcomes).toEqual(outcomes.map((_, n) => outcomeFor(`c${n % 50}`)));
    expect(edge.counted.BreakerOpen).toBeUndefined();
  });

  it('and is the only one who is pushed to keeps nobody from what comes next', async () => {
    const edge = start();
    edge.outcomeFor = outcomeFor;
    const push = pushMany(Object.assign({}, edge, { push: () => edge.push(slow, '{}') }), {
      count: 1_000,
      gapMs: 20,
      connections: 1,
    });
    expect(new Set(await push)).toEqual(new Set(['busy']));
    expect(edge.counted.BreakerOpen).toBeUndefined();
    expect((await inTime(edge.push('c1', '{}'))).result).toBe('delivered');
  });

  it('leaves retries to the others', async () => {
    const edge = start();
    const spans = new Set<number>();
    edge.outcomeFor = (connectionId) => {
      const span = Math.floor(edge.posts / 64);
      if (connectionId !== 'c13' || spans.has(span)) return outcomeFor(connectionId);
      spans.add(span);
      return 'busy';
    };
    const outcomes = await pushMany(edge, { count: 5_000, gapMs: 5, connections: 50 });
    expect(spans.size).toBeGreaterThan(50);
    expect(outcomes).toEqual(outcomes.map((_, n) => outcomeFor(`c${n % 50}`)));
  });
});

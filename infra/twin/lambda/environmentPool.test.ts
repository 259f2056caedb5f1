import { availableParallelism } from 'node:os';
import { expect, it } from 'vitest';
import { createPool, type PoolOptions } from './environmentPool.ts';
import type { ExecutionEnvironment } from './executionEnvironment.ts';

/** An environment that a test makes ready and breaks. */
type Fake = ExecutionEnvironment & { becomeReady: () => void; crash: () => void; ended: Promise<void> };

const fake = (): Fake => {
  let [becomeReady, end] = [(): void => undefined, (): void => undefined];
  let alive = true;
  const ready = new Promise<void>((resolve) => (becomeReady = resolve));
  const ended = new Promise<void>((resolve) => (end = resolve));
  return {
    run: async () => ({ kind: 'ok', payload: null }),
    sessionToken: 'token',
    logStreamName: 'stream',
    breakOff: async () => undefined,
    ready,
    usable: () => alive,
    close: async () => end(),
    becomeReady: () => becomeReady(),
    crash: () => (alive = false),
    ended,
  };
};

const poolOf = (options: Partial<PoolOptions> = {}) => {
  const started: Fake[] = [];
  const start = (): Fake => {
    const environment = fake();
    started.push(environment);
    return environment;
  };
  let told = 0;
  const pool = createPool({ start, limit: 50, onExhausted: () => (told += 1), ...options });
  return { pool, started, told: () => told };
};

const first = <T>([value]: readonly T[]): T => {
  if (value === undefined) throw new Error('there is none');
  return value;
};

it('an event that waits gets what is free first, be it started for another', async () => {
  const { pool, started } = poolOf();
  const [one, two] = [pool.take(), pool.take()];
  expect(started).toHaveLength(2);
  first(started).becomeReady();
  expect(await one).toBe(first(started));
  pool.give(first(started));
  expect(await two).toBe(first(started));
});

it('no more environments start at once than there are cores, and none beyond the limit', async () => {
  const { pool, started, told } = poolOf({ limit: 6 });
  const turns = Array.from({ length: 8 }, () => pool.take());
  expect(started).toHaveLength(Math.min(6, Math.max(2, availableParallelism())));
  for (let n = 0; n < 6; n++) {
    started[n]?.becomeReady();
    await turns[n];
  }
  expect(started).toHaveLength(6);
  expect(told()).toBeGreaterThan(0);
});

it('an environment that died is replaced', async () => {
  const { pool, started } = poolOf({ limit: 1 });
  const [one, two] = [pool.take(), pool.take()];
  first(started).becomeReady();
  pool.give((await one) ?? first(started));
  await two;
  first(started).crash();
  pool.give(first(started));
  const third = pool.take();
  started[1]?.becomeReady();
  expect(await third).toBe(started[1]);
});

it('an idle environment is ended, and another starts when one is needed', async () => {
  const { pool, started } = poolOf({ limit: 1, idleMs: 1 });
  const one = pool.take();
  first(started).becomeReady();
  pool.give((await one) ?? first(started));
  await first(started).ended;
  const two = pool.take();
  started[1]?.becomeReady();
  expect(await two).toBe(started[1]);
});

it('closing ends every environment and every wait', async () => {
  const { pool, started } = poolOf({ limit: 1 });
  const [one, two] = [pool.take(), pool.take()];
  first(started).becomeReady();
  await one;
  await pool.close();
  await first(started).ended;
  expect(await two).toBeUndefined();
  expect(await pool.take()).toBeUndefined();
});

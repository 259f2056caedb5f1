import { expect, it } from 'vitest';

import { testClock } from './clock.testing.ts';
import { ramp } from './ramp.ts';

it('a ramp starts each at its moment, in order', async () => {
  const { clock, pass } = testClock();
  const started: string[] = [];
  const at = (ms: number) => ({ at: ms, start: () => started.push(`${ms} at ${clock.elapsed()}`) });
  ramp(clock, [0, 100, 100, 250].map(at));
  await pass(1_000);
  expect(started).toEqual(['0 at 0', '100 at 100', '100 at 100', '250 at 250']);
});

it('a ramp lets no more than 5 begin at one time, and all of them in the end', async () => {
  const { clock, pass } = testClock();
  const times: number[] = [];
  ramp(
    clock,
    Array.from({ length: 23 }, () => ({ at: 0, start: () => times.push(clock.elapsed()) })),
  );
  await pass(1_000);
  expect(times).toHaveLength(23);
  for (const time of times) expect(times.filter((other) => other === time).length).toBeLessThanOrEqual(5);
});

it('a ramp that is ended starts nobody more', async () => {
  const { clock, pass } = testClock();
  let started = 0;
  const end = ramp(
    clock,
    [0, 100].map((at) => ({ at, start: () => (started += 1) })),
  );
  await pass(50);
  end();
  await pass(1_000);
  expect(started).toBe(1);
});

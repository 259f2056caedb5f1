import { expect, it } from 'vitest';

import { testClock } from './clock.testing.ts';
import { watchSilence } from './silence.ts';
import { tally } from './tally.ts';

const watched = () => {
  const { clock, pass } = testClock();
  const counts = tally(1);
  let isFallen = false;
  void watchSilence(clock, counts).fallen.then(() => (isFallen = true));
  return { counts, pass, isFallen: () => isFallen };
};

it('a broker that answers nothing for 30 s is silent', async () => {
  const { counts, pass, isFallen } = watched();
  counts.up();
  await pass(10_000);
  counts.published();
  counts.published();
  await pass(20_000);
  counts.settled('acknowledged', 1);
  await pass(29_000);
  expect(isFallen()).toBe(false);
  await pass(2_000);
  expect(isFallen()).toBe(true);
});

it('a broker that is away, or that has nothing to answer, is not', async () => {
  const { counts, pass, isFallen } = watched();
  counts.published();
  await pass(100_000);
  counts.settled('acknowledged', 1);
  counts.up();
  await pass(100_000);
  expect(isFallen()).toBe(false);
});

import { expect, it } from 'vitest';
import { turns } from './turns.ts';

const now = 1_763_690_000_000;

it('turns come one after the other, 200 in a second', () => {
  const { next } = turns(10_000);
  const waits = Array.from({ length: 400 }, (_, n) => next(`${n}=`, now));
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  expect(waits[199]).toBe(1_000);
  expect(waits[399]).toBe(2_000);
  expect(next('later=', now + 5_000)).toBeLessThan(10);
});

it('what comes for one that waits, comes 5 s after its turn, and then it waits no more', () => {
  const { next, wait } = turns(10_000);
  expect(wait('a=', now)).toBeUndefined();
  const turn = next('a=', now);
  expect(wait('a=', now)).toBe(turn + 5_000);
  expect(wait('a=', now + 1_000)).toBe(turn + 4_000);
  expect(wait('a=', now + turn + 5_000)).toBe(0);
  expect(wait('a=', now + 60_000)).toBe(0);
});

it('nobody waits longer than a delay queue can', () => {
  const { next } = turns(10);
  const waits = Array.from({ length: 200_000 }, (_, n) => next(`${n}=`, now));
  expect(waits.at(-1)).toBe(600_000);
});

it('beyond what it remembers the oldest goes', () => {
  const { next, wait } = turns(2);
  for (const id of ['a=', 'b=', 'c=']) next(id, now);
  expect([wait('a=', now), wait('b=', now)]).toEqual([undefined, expect.any(Number)]);
});

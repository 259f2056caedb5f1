import { expect, it } from 'vitest';
import { seeded } from '../../fanout/seeded.testing.ts';
import { faultKinds, takenBy, type FaultKind } from '../../infra/twin/faults/faults.ts';
import { notSurvivable, periods, survivable, type Period } from './nemesis.ts';

const first = (count: number, of: readonly FaultKind[], seed: number): Period[] => {
  const plan = periods(of, seeded(seed));
  return Array.from({ length: count }, () => plan.next().value);
};
const kindsIn = (plan: readonly Period[]): FaultKind[] =>
  plan.flatMap(({ faults }) => faults.map(([kind]) => kind));

it('has every kind that can be survived go wrong, and says why it leaves out the others', () => {
  const all = Object.keys(faultKinds) as FaultKind[]; // Of its keys.
  expect([...survivable, ...Object.keys(notSurvivable)].toSorted()).toEqual(all.toSorted());
  expect(survivable.length).toBeGreaterThanOrEqual(12);
});

it('draws each kind once before it draws one again, whatever the seed', () => {
  for (let seed = 0; seed < 20; seed += 1) {
    const drawn = kindsIn(first(40, survivable, seed)).slice(0, survivable.length);
    expect(new Set(drawn).size).toBe(survivable.length);
  }
});

it('is the same for the same seed, and another for another', () => {
  expect(first(20, survivable, 1)).toEqual(first(20, survivable, 1));
  expect(first(20, survivable, 1)).not.toEqual(first(20, survivable, 2));
});

it('leaves a quarter of the time calm, has at most two kinds at once, and 60 of them in five minutes', () => {
  const plan = first(400, survivable, 3);
  expect(plan.filter(({ faults }) => faults.length === 0)).toHaveLength(100);
  expect(Math.max(...plan.map(({ faults }) => faults.length))).toBe(2);
  let ms = 0;
  const fiveMinutes = plan.filter((one) => (ms += one.ms) <= 5 * 60_000);
  expect(kindsIn(fiveMinutes).length).toBeGreaterThanOrEqual(60);
});

it('says of a fault what that looks at, and nothing else', () => {
  for (const { faults } of first(200, survivable, 4))
    for (const [kind, setting] of faults)
      expect(takenBy(kind)).toEqual(expect.arrayContaining(Object.keys(setting)));
});

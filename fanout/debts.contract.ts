import { beforeEach, expect, it } from 'vitest';
import type { Debts } from './ports.ts';

const now = 1_763_690_000_000;
const quarter = 15 * 60 * 1000;

/** What every implementation of {@link Debts} promises. `make` gives an empty one. */
export const describeDebts = (make: () => Promise<Debts>): void => {
  let debts: Debts;

  beforeEach(async () => {
    debts = await make();
  });

  it('nobody is owed anything at first', async () => {
    expect(await debts.since('ada', now)).toBeUndefined();
  });

  it('a principal is owed since the earliest', async () => {
    for (const since of [now - 5_000, now - 9_000, now - 1_000]) await debts.owe('ada', since, now);
    expect(await debts.since('ada', now)).toBe(now - 9_000);
    expect(await debts.since('bob', now)).toBeUndefined();
  });

  it('a debt is remembered for a quarter of an hour, counted from the last', async () => {
    await debts.owe('ada', now - 9_000, now);
    await debts.owe('ada', now + 599_000, now + 600_000);
    expect(await debts.since('ada', now + quarter + 1_000)).toBe(now - 9_000);
    expect(await debts.since('ada', now + 600_000 + quarter + 1_000)).toBeUndefined();
  });

  it('a debt that has been forgotten does not come back with the next', async () => {
    await debts.owe('ada', now - 9_000, now);
    const later = now + 2 * quarter;
    await debts.owe('ada', later - 1_000, later);
    expect(await debts.since('ada', later)).toBe(later - 1_000);
  });
};

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
    expect(await debts.since('a=', now)).toBeUndefined();
  });

  it('a connection is owed since the earliest', async () => {
    for (const ago of [5_000, 9_000, 1_000]) await debts.owe(['a='], `debt ${ago}`, now - ago, now);
    expect(await debts.since('a=', now)).toBe(now - 9_000);
    expect(await debts.since('a', now)).toBeUndefined();
  });

  it('what is paid is owed no more, the rest is', async () => {
    await debts.owe(['a=', 'b='], 'older', now - 9_000, now);
    await debts.owe(['a='], 'newer', now - 5_000, now);
    await debts.pay(['a='], 'older');
    expect(await debts.since('a=', now)).toBe(now - 5_000);
    expect(await debts.since('b=', now)).toBe(now - 9_000);
    await debts.pay(['a='], 'newer');
    await debts.pay(['a='], 'newer');
    expect(await debts.since('a=', now)).toBeUndefined();
  });

  it('a debt is remembered for a quarter of an hour after it was last told', async () => {
    await debts.owe(['a='], 'one', now - 9_000, now);
    await debts.owe(['a='], 'one', now - 9_000, now + 600_000);
    expect(await debts.since('a=', now + quarter + 1_000)).toBe(now - 9_000);
    expect(await debts.since('a=', now + 600_000 + quarter + 1_000)).toBeUndefined();
  });

  it('what all are owed, each is, until it ends', async () => {
    await debts.oweAll('storm', now - 9_000, now + 40_000);
    await debts.owe(['a='], 'own', now - 5_000, now);
    expect(await debts.since('a=', now)).toBe(now - 9_000);
    expect(await debts.since('other=', now)).toBe(now - 9_000);
    expect(await debts.since('a=', now + 41_000)).toBe(now - 5_000);
    expect(await debts.since('other=', now + 41_000)).toBeUndefined();
  });

  it('many connections may be owed the same, and one many things', async () => {
    const many = Array.from({ length: 60 }, (_, n) => `${n}=`);
    await debts.owe(many, 'one', now - 1, now);
    for (const n of many.keys()) await debts.owe(['0='], `of ${n}`, now - n, now);
    expect(await debts.since('0=', now)).toBe(now - 59);
    await debts.pay(many, 'one');
    expect(await debts.since('59=', now)).toBeUndefined();
  });
};

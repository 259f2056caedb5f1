import { beforeEach, expect, it } from 'vitest';
import { aSubscription } from './factories.ts';
import type { Subscriptions } from './ports.ts';

/** What every implementation of {@link Subscriptions} promises. `make` gives an empty one. */
export const describeSubscriptions = (make: () => Promise<Subscriptions>): void => {
  let subscriptions: Subscriptions;

  beforeEach(async () => {
    subscriptions = await make();
  });

  it('a subscription is found under its target and no other', async () => {
    await subscriptions.put(aSubscription());
    expect(await subscriptions.byTarget('region#eu-west')).toEqual([aSubscription()]);
    expect(await subscriptions.byTarget('region#eu-wes')).toEqual([]);
    expect(await subscriptions.byTarget('device#eu-west')).toEqual([]);
  });

  it('a subscription keeps its wish, whatever number it compares with', async () => {
    const wanted = aSubscription({ where: [{ field: 'p', op: '<', value: 1e-300 }], maxRate: 0.01 });
    await subscriptions.put(wanted);
    expect(await subscriptions.byTarget('region#eu-west')).toEqual([wanted]);
  });

  it('a subscription is replaced, wish and all, by one of its target, connection and id', async () => {
    await subscriptions.put(aSubscription({ maxRate: 1, where: [{ field: 'a', op: 'exists' }] }));
    await subscriptions.put(aSubscription({ grants: ['type:x'] }));
    await subscriptions.put(aSubscription({ id: 's2' }));
    const found = await subscriptions.byTarget('region#eu-west');
    expect(found.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([
      aSubscription({ grants: ['type:x'] }),
      aSubscription({ id: 's2' }),
    ]);
  });

  it('rows are deleted, and rows that are not there', async () => {
    const { target, connectionId } = aSubscription();
    await subscriptions.put(aSubscription());
    await subscriptions.put(aSubscription({ id: 's2' }));
    const key = { target, connectionId, id: 's1' };
    await subscriptions.delete([key, { ...key, id: 'never' }, key]);
    expect(await subscriptions.byTarget(target)).toEqual([aSubscription({ id: 's2' })]);
  });

  it('every subscription of a crowded target is found', async () => {
    const grants = Array.from({ length: 40 }, (_, n) => `device:${'d'.repeat(100)}-${n}`);
    const rows = Array.from({ length: 300 }, (_, n) => aSubscription({ connectionId: `c${n}=`, grants }));
    await Promise.all(rows.map(subscriptions.put)); // 300 rows of 4 KB: more than one page of 1 MB
    expect(await subscriptions.byTarget('region#eu-west')).toHaveLength(300);
  });
};

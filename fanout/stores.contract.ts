import { beforeEach, describe, expect, it } from 'vitest';
import type { Connection, Connections, Subscription, Subscriptions } from './ports.ts';

export type Stores = { connections: Connections; subscriptions: Subscriptions };

const connection = (over: Partial<Connection> = {}): Connection => ({
  connectionId: 'L0SM9cOFvHcCIhw=',
  principal: 'ada',
  grants: ['region:eu-west', 'device:pump-*'],
  tokenExpiresAt: 1_763_690_000_000,
  connectedAt: 1_763_680_000_000,
  ...over,
});

const subscription = (over: Partial<Subscription> = {}): Subscription => {
  const { principal: _, ...rest } = connection();
  return { ...rest, target: 'region#eu-west', id: 's1', ...over };
};

/** What every implementation of the two stores promises. `make` gives empty stores. */
export const describeStores = (name: string, make: () => Promise<Stores>): void => {
  describe(`connections and subscriptions in ${name}`, () => {
    let connections: Connections;
    let subscriptions: Subscriptions;
    const { connectionId } = connection();
    const key = { target: 'region#eu-west', connectionId, id: 's1' } as const;

    beforeEach(async () => ({ connections, subscriptions } = await make()));

    it('finds a connection that was opened, without subscriptions', async () => {
      await connections.open(connection());
      expect(await connections.find(connectionId)).toEqual({ connection: connection(), subscriptions: [] });
    });

    it('does not find a connection that was never opened', async () => {
      expect(await connections.find('unknown=')).toBeUndefined();
    });

    it('claims an id for a target and gives the connection back', async () => {
      await connections.open(connection());
      expect(await connections.claim(key, 50)).toEqual({ outcome: 'claimed', connection: connection() });
      expect((await connections.find(connectionId))?.subscriptions).toEqual([key]);
    });

    it('claims the same id for the same target again, even when full', async () => {
      await connections.open(connection());
      await connections.claim(key, 1);
      expect(await connections.claim(key, 1)).toMatchObject({ outcome: 'claimed' });
    });

    it('does not claim an id that stands for another target', async () => {
      await connections.open(connection());
      await connections.claim(key, 50);
      expect(await connections.claim({ ...key, target: 'type#pump' }, 50)).toEqual({ outcome: 'taken' });
      expect((await connections.find(connectionId))?.subscriptions).toEqual([key]);
    });

    it('does not claim more ids than the cap', async () => {
      await connections.open(connection());
      await connections.claim(key, 2);
      await connections.claim({ ...key, id: 's2' }, 2);
      expect(await connections.claim({ ...key, id: 's3' }, 2)).toEqual({ outcome: 'full' });
    });

    it('does not claim more ids than the cap when they come all at once', async () => {
      await connections.open(connection());
      const ids = Array.from({ length: 20 }, (_, n) => `s${n}`);
      const claims = await Promise.all(ids.map((id) => connections.claim({ ...key, id }, 5)));
      expect(claims.filter(({ outcome }) => outcome === 'claimed')).toHaveLength(5);
    });

    it('does not claim for a connection that is unknown', async () => {
      expect(await connections.claim(key, 50)).toEqual({ outcome: 'unknown' });
      expect(await connections.find(connectionId)).toBeUndefined();
    });

    it('takes any id a client may choose', async () => {
      await connections.open(connection());
      const ids = ['a.b', '1', 'constructor', 'toString', 'target', 'a:b-c_d', 'x'.repeat(64)];
      for (const id of ids) await connections.claim({ ...key, id }, 50);
      const found = await connections.find(connectionId);
      expect(found?.subscriptions.map(({ id }) => id).sort()).toEqual([...ids].sort());
    });

    it('releases an id, and a second time too', async () => {
      await connections.open(connection());
      await connections.claim(key, 50);
      await connections.release(connectionId, 's1');
      await connections.release(connectionId, 's1');
      expect((await connections.find(connectionId))?.subscriptions).toEqual([]);
    });

    it('does not bring a closed connection back by releasing one of its ids', async () => {
      await connections.release(connectionId, 's1');
      expect(await connections.find(connectionId)).toBeUndefined();
    });

    it('closes a connection and names its subscriptions once', async () => {
      await connections.open(connection());
      await connections.claim(key, 50);
      expect(await connections.close(connectionId)).toEqual([key]);
      expect(await connections.close(connectionId)).toEqual([]);
      expect(await connections.find(connectionId)).toBeUndefined();
    });

    it('finds a subscription under its target and no other', async () => {
      await subscriptions.put(subscription());
      expect(await subscriptions.byTarget('region#eu-west')).toEqual([subscription()]);
      expect(await subscriptions.byTarget('region#eu-wes')).toEqual([]);
      expect(await subscriptions.byTarget('device#eu-west')).toEqual([]);
    });

    it('keeps one row a connection and id', async () => {
      await subscriptions.put(subscription());
      await subscriptions.put(subscription({ grants: ['*'] }));
      await subscriptions.put(subscription({ id: 's2' }));
      const found = await subscriptions.byTarget('region#eu-west');
      expect(found.map(({ id, grants }) => [id, grants]).sort()).toEqual([
        ['s1', ['*']],
        ['s2', subscription().grants],
      ]);
    });

    it('deletes the rows it is given, and rows that are not there', async () => {
      await subscriptions.put(subscription());
      await subscriptions.put(subscription({ id: 's2' }));
      await subscriptions.delete([key, { ...key, id: 'never' }, key]);
      expect((await subscriptions.byTarget('region#eu-west')).map(({ id }) => id)).toEqual(['s2']);
    });

    it('finds every subscription of a crowded target', async () => {
      const grants = Array.from({ length: 40 }, (_, n) => `device:${'d'.repeat(100)}-${n}`);
      const rows = Array.from({ length: 300 }, (_, n) => subscription({ connectionId: `c${n}=`, grants }));
      await Promise.all(rows.map(subscriptions.put)); // 300 rows of 4 KB: more than one page of 1 MB
      expect(await subscriptions.byTarget('region#eu-west')).toHaveLength(300);
    });
  });
};

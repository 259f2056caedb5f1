import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { aConnection } from './factories.ts';
import { limits } from './limits.ts';
import type { Connections, HeldSubscription } from './ports.ts';
import type { Condition } from './protocol.ts';

const { connectionId, connectedAt: start } = aConnection();
const subscription: HeldSubscription = { target: 'region#eu-west', connectionId, id: 's1' };

/** What every implementation of {@link Connections} promises. `make` gives an empty one. */
export const describeConnections = (make: () => Promise<Connections>): void => {
  let connections: Connections;
  const held = async () => (await connections.find(connectionId))?.subscriptions;

  beforeEach(async () => {
    connections = await make();
  });

  describe('a connection', () => {
    it('is found once it is open, without subscriptions', async () => {
      await connections.open(aConnection());
      expect(await connections.find(connectionId)).toEqual({ connection: aConnection(), subscriptions: [] });
    });

    it('is not found if it never was open', async () => {
      expect(await connections.find('unknown=')).toBeUndefined();
    });

    it('may have no grants', async () => {
      await connections.open(aConnection({ grants: [] }));
      expect((await connections.find(connectionId))?.connection.grants).toEqual([]);
    });

    it('names its subscriptions once when it is closed', async () => {
      const wish = { where: [{ field: 't', op: 'exists' }], maxRate: 0.5 } as const;
      await connections.open(aConnection());
      await connections.claim({ ...subscription, ...wish }, 50);
      expect(await connections.close(connectionId)).toEqual([{ ...subscription, ...wish }]);
      expect(await connections.close(connectionId)).toEqual([]);
      expect(await connections.find(connectionId)).toBeUndefined();
    });

    it('is found and deleted with others as by itself', async () => {
      const ids = Array.from({ length: 120 }, (_, n) => `many-${n}=`);
      for (const id of ids) await connections.open(aConnection({ connectionId: id }));
      const found = await connections.findAll([...ids, 'unknown=']);
      expect(found.map(({ connection }) => connection.connectionId).sort()).toEqual([...ids].sort());
      await connections.deleteAll([...ids.slice(1), 'unknown=']);
      expect(await connections.findAll(ids)).toHaveLength(1);
      await connections.deleteAll([]);
    });

    it('has the grants and the expiry of its newest token', async () => {
      await connections.open(aConnection());
      await connections.claim(subscription, 50);
      const token = { grants: ['type:pump', 'device:a*'], tokenExpiresAt: start + 7_200_000 };
      const expected = { connection: aConnection(token), subscriptions: [subscription] };
      expect(await connections.authenticate(connectionId, token)).toEqual(expected);
      expect(await connections.find(connectionId)).toEqual(expected);
    });

    it('is not brought into being by a token', async () => {
      expect(
        await connections.authenticate(connectionId, { grants: ['*'], tokenExpiresAt: 1 }),
      ).toBeUndefined();
      expect(await connections.find(connectionId)).toBeUndefined();
    });
  });

  describe('the connections of a principal', () => {
    it('are found, the oldest first, and nobody else’s', async () => {
      await connections.open(aConnection({ connectionId: 'b=', connectedAt: start + 2 }));
      await connections.open(aConnection({ connectionId: 'a=', connectedAt: start + 3 }));
      await connections.open(aConnection({ connectionId: 'c=', connectedAt: start + 1 }));
      await connections.open(aConnection({ connectionId: 'd=', principal: 'ada2' }));
      expect(await connections.ofPrincipal('ada')).toEqual([
        { connectionId: 'c=', connectedAt: start + 1 },
        { connectionId: 'b=', connectedAt: start + 2 },
        { connectionId: 'a=', connectedAt: start + 3 },
      ]);
    });

    it('are without the closed ones', async () => {
      await connections.open(aConnection());
      await connections.close(connectionId);
      expect(await connections.ofPrincipal('ada')).toEqual([]);
    });
  });

  describe('claim', () => {
    it('enters an id with its target and its wish', async () => {
      const wanted: HeldSubscription = {
        ...subscription,
        where: [{ field: 'temperature', op: '>', value: 30 }],
        maxRate: 2,
      };
      await connections.open(aConnection());
      expect(await connections.claim(wanted, 50)).toEqual({ outcome: 'claimed' });
      expect(await held()).toEqual([wanted]);
    });

    it('replaces the wish of an id that stands for the same target, even when full', async () => {
      await connections.open(aConnection());
      await connections.claim({ ...subscription, maxRate: 5 }, 1);
      const other = { ...subscription, where: [{ field: 't', op: 'changedBy', value: 0.1 }] } as const;
      expect(await connections.claim(other, 1)).toEqual({ outcome: 'claimed' });
      expect(await held()).toEqual([other]);
    });

    it('leaves an id alone that stands for another target', async () => {
      await connections.open(aConnection());
      await connections.claim(subscription, 50);
      expect(await connections.claim({ ...subscription, target: 'type#pump' }, 50)).toEqual({
        outcome: 'taken',
      });
      expect(await held()).toEqual([subscription]);
    });

    it('stops at the cap', async () => {
      await connections.open(aConnection());
      await connections.claim(subscription, 2);
      await connections.claim({ ...subscription, id: 's2' }, 2);
      expect(await connections.claim({ ...subscription, id: 's3' }, 2)).toEqual({ outcome: 'full' });
    });

    it('stops at the cap when all come at once', async () => {
      await connections.open(aConnection());
      const ids = Array.from({ length: 20 }, (_, n) => `s${n}`);
      const claims = await Promise.all(ids.map((id) => connections.claim({ ...subscription, id }, 5)));
      expect(claims.filter(({ outcome }) => outcome === 'claimed')).toHaveLength(5);
      expect(await held()).toHaveLength(5);
    });

    it('knows no connection that is not open', async () => {
      expect(await connections.claim(subscription, 50)).toEqual({ outcome: 'unknown' });
      expect(await connections.find(connectionId)).toBeUndefined();
    });

    it('takes any id a client may choose', async () => {
      const ids = ['a.b', '1', 'constructor', 'toString', 'target', 'a:b-c_d', 'x'.repeat(64)];
      await connections.open(aConnection());
      for (const id of ids) await connections.claim({ ...subscription, id }, 50);
      expect((await held())?.map(({ id }) => id).sort()).toEqual([...ids].sort());
    });

    it('takes any condition that JSON can say', async () => {
      const values = [
        1e-300,
        1e300,
        5e-324,
        Number.MAX_VALUE,
        0.1 + 0.2,
        2 ** 53 + 2,
        '',
        '\ud800',
        null,
        true,
      ];
      const where: Condition[] = values.map((value) => ({ field: '\u0000 #"', op: '!=', value }));
      await connections.open(aConnection());
      await connections.claim({ ...subscription, where, maxRate: limits.maxRate.least }, 50);
      expect(await held()).toEqual([{ ...subscription, where, maxRate: limits.maxRate.least }]);
    });
  });

  describe('release', () => {
    it('takes an id out and says what it stood for, and again', async () => {
      await connections.open(aConnection());
      await connections.claim(subscription, 50);
      await connections.claim({ ...subscription, id: 's2' }, 50);
      expect(await connections.release(connectionId, 's1')).toEqual(subscription);
      expect(await connections.release(connectionId, 's1')).toBeUndefined();
      expect(await held()).toEqual([{ ...subscription, id: 's2' }]);
    });

    it('does not bring a closed connection back', async () => {
      await connections.release(connectionId, 's1');
      expect(await connections.find(connectionId)).toBeUndefined();
    });
  });

  describe('the door', () => {
    const admit = async (now: number) => (await connections.admit(connectionId, now)).outcome;
    const admittedOf = async (count: number, now: number) => {
      const outcomes = await Promise.all(Array.from({ length: count }, () => admit(now)));
      return outcomes.filter((outcome) => outcome === 'admitted').length;
    };

    it('lets a request in and tells what the connection holds', async () => {
      const wanted = { ...subscription, maxRate: 1 };
      await connections.open(aConnection());
      await connections.claim(wanted, 50);
      const expected = {
        outcome: 'admitted',
        held: { connection: aConnection(), subscriptions: [wanted] },
      };
      expect(await connections.admit(connectionId, start)).toEqual(expected);
      expect(await connections.admit(connectionId, start)).toEqual(expected);
    });

    it('knows no connection that is not open', async () => {
      expect(await connections.admit(connectionId, start)).toEqual({ outcome: 'unknown' });
      expect(await connections.find(connectionId)).toBeUndefined();
    });

    it('lets the burst in and no more, of requests that come at once', async () => {
      await connections.open(aConnection());
      expect(await admittedOf(30, start)).toBe(limits.actionsBurst);
    });

    it('lets so many in a second, once the burst is over', async () => {
      await connections.open(aConnection());
      await admittedOf(limits.actionsBurst, start);
      expect(await admittedOf(15, start + 1000)).toBe(limits.actionsPerSecond);
      expect(await admittedOf(10, start + 1500)).toBe(limits.actionsPerSecond / 2);
    });

    it('saves no more than the burst, however long the silence', async () => {
      await connections.open(aConnection());
      await admittedOf(limits.actionsBurst, start);
      expect(await admittedOf(30, start + 3_600_000)).toBe(limits.actionsBurst);
    });

    it('says to the millisecond when there is room again', async () => {
      await connections.open(aConnection());
      await admittedOf(limits.actionsBurst, start);
      const limited = await connections.admit(connectionId, start + 30);
      expect(limited).toEqual({ outcome: 'limited', retryAfterMs: 70 });
      expect(await admit(start + 99)).toBe('limited');
      expect(await admit(start + 100)).toBe('admitted');
    });

    it('is open to others when one has used up its burst', async () => {
      await connections.open(aConnection());
      await connections.open(aConnection({ connectionId: 'other=' }));
      await admittedOf(limits.actionsBurst + 1, start);
      expect(await connections.admit('other=', start)).toMatchObject({ outcome: 'admitted' });
    });

    it('counts as a bucket does that loses one for each request and gains one each tenth of a second', async () => {
      const wait = fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat({ max: 300 }));
      const steps = fc.array(wait, { minLength: 20, maxLength: 50 });
      let n = 0;
      await fc.assert(
        fc.asyncProperty(steps, async (waits) => {
          const id = `bucket-${(n += 1)}=`;
          await connections.open(aConnection({ connectionId: id }));
          const capacity = limits.actionsBurst * 100; // A token is 100 ms.
          let level = capacity;
          let now = start;
          for (const ms of waits) {
            now += ms;
            level = Math.min(capacity, level + ms);
            const expected = level >= 100 ? 'admitted' : 'limited';
            if (expected === 'admitted') level -= 100;
            expect((await connections.admit(id, now)).outcome).toBe(expected);
          }
        }),
        { numRuns: 12 },
      );
    });
  });
};

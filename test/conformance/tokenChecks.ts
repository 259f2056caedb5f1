import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { askPatiently, isFrame, refused, subscribe, updatesIn, updatesUntil } from './asking.ts';
import type { Bench, Check } from './edge.ts';
import type { RawClient } from './rawClient.ts';

/** What the edge may take to act on a token's end, beside the whole seconds that tokens count in. Required are 60 s. */
const graceMs = 1_500;

const welcomeOf = async (client: RawClient) => {
  const welcome = await askPatiently(client, { action: 'hello' });
  isFrame(welcome, 'welcome');
  return welcome;
};

/** Waits until the token of a client has ended, by the edge's clock. */
const expired = async (client: RawClient): Promise<void> => {
  const { tokenExpiresAt, serverTime } = await welcomeOf(client);
  await wait(Math.max(0, tokenExpiresAt - serverTime) + graceMs);
};

/** A change of grants reaches every filter as late as a subscription does; then one of them is `live`. */
const settled = (client: RawClient, { unique }: Bench, id: string) =>
  subscribe(client, { id, to: { device: unique(`settled-${id}`) } });

export const tokenChecks: readonly Check[] = [
  {
    name: 'authenticate replaces grants and end, for subscriptions that are held too',
    run: async (bench) => {
      const { viewer, token, unique, publish } = bench;
      const [one, two, region] = [unique('one'), unique('two'), unique('r')];
      const ada = await viewer({ grants: [`device:${one}`], expiresIn: '60s' });
      await subscribe(ada, { id: 'r', to: { region } });
      await publish({ region, deviceId: one }, { seq: 1 });
      await updatesUntil(ada, (got) => got.length === 1, 'the reading of the first');
      const grants = [`device:${two}`];
      const answer = await ada.ask({
        action: 'authenticate',
        token: await token({ grants, expiresIn: '10m' }),
      });
      isFrame(answer, 'authenticated');
      assert.deepEqual(answer.grants, grants);
      const welcome = await welcomeOf(ada);
      assert.deepEqual([welcome.grants, welcome.tokenExpiresAt], [grants, answer.expiresAt]);
      assert.ok(answer.expiresAt > welcome.serverTime + 60_000);
      // A subscription of the new grants' kind; the old device is one that it cannot have any more.
      await subscribe(ada, { id: 'd', to: { device: two } });
      await publish({ region, deviceId: one }, { seq: 2 });
      await publish({ region, deviceId: two }, { seq: 3 });
      await updatesUntil(ada, (got) => got.some(({ seq }) => seq === 3), 'the reading of the second');
      assert.deepEqual(
        updatesIn(ada.frames).map(({ seq }) => seq),
        [1, 3],
      );
    },
  },
  {
    name: 'a token that is bad, of another, or of no grants is token_refused and changes nothing',
    run: async ({ viewer, token, unique }) => {
      const ada = await viewer();
      const before = await welcomeOf(ada);
      const many = Array.from({ length: 65 }, (_, n) => `device:d${n}`);
      const good = await token();
      for (const bad of [
        'nonsense',
        `${good}A`,
        await token({ subject: unique('bob') }),
        await token({ grants: [] }),
        await token({ grants: many }),
      ])
        await refused(ada, { action: 'authenticate', token: bad }, 'token_refused');
      const after = await welcomeOf(ada);
      assert.deepEqual([after.grants, after.tokenExpiresAt], [before.grants, before.tokenExpiresAt]);
    },
  },
  {
    name: 'when a token has expired readings stop, requests are token_expired, and authenticate mends it',
    run: async (bench) => {
      const { viewer, token, unique, publish } = bench;
      const device = { region: unique('r'), deviceId: unique('d') };
      const to = { device: device.deviceId };
      const ada = await viewer({ expiresIn: '6s' });
      const witness = await viewer();
      await Promise.all([subscribe(ada, { id: 's', to }), subscribe(witness, { id: 's', to })]);
      await publish(device, { seq: 1 });
      await updatesUntil(ada, (got) => got.length === 1, 'the reading before');
      await expired(ada);
      await publish(device, { seq: 2 });
      await updatesUntil(witness, (got) => got.some(({ seq }) => seq === 2), 'the witness of the second');
      for (const request of [
        { action: 'subscribe', id: 't', to },
        { action: 'history', device: device.deviceId },
        { action: 'note', to, text: 'Hello?' },
        { action: 'explain', device: device.deviceId },
      ])
        await refused(ada, request, 'token_expired');
      isFrame(await askPatiently(ada, { action: 'ping' }), 'pong');
      await ada.next('auth_expiring');
      isFrame(await askPatiently(ada, { action: 'subscriptions' }), 'subscriptions');
      isFrame(await askPatiently(ada, { action: 'authenticate', token: await token() }), 'authenticated');
      await settled(ada, bench, 'x');
      await publish(device, { seq: 3 });
      await updatesUntil(ada, (got) => got.some(({ seq }) => seq === 3), 'the reading after');
      assert.deepEqual(
        updatesIn(ada.frames).map(({ seq }) => seq),
        [1, 3],
      );
    },
  },
  {
    name: 'with an expired token one may still unsubscribe',
    run: async ({ viewer, unique }) => {
      const ada = await viewer({ expiresIn: '4s' });
      await subscribe(ada, { id: 's', to: { device: unique('d') } });
      await expired(ada);
      isFrame(await askPatiently(ada, { action: 'unsubscribe', id: 's' }), 'unsubscribed');
    },
  },
  {
    name: 'a token that ends soon is said so before hello and ping are answered, one that does not is not',
    run: async ({ viewer }) => {
      const [soon, late] = [await viewer({ expiresIn: '2m' }), await viewer({ expiresIn: '30m' })];
      for (const [client, told] of [
        [soon, true],
        [late, false],
      ] as const) {
        const { tokenExpiresAt } = await welcomeOf(client);
        isFrame(await client.ask({ action: 'ping' }), 'pong');
        const notices = client.frames.filter(({ type }) => type === 'auth_expiring');
        assert.equal(notices.length > 0, told);
        if (told) assert.deepEqual(notices[0], { type: 'auth_expiring', at: tokenExpiresAt });
        const types = client.frames.map(({ type }) => type);
        if (told) assert.equal(types[types.indexOf('pong') - 1], 'auth_expiring');
      }
    },
  },
];

import assert from 'node:assert/strict';
import { limits } from '../../fanout/limits.ts';
import { askPatiently, isFrame, refused, subscribe } from './asking.ts';
import type { Check } from './edge.ts';

const condition = { field: 'x', op: '>', value: 1 };
const to = { device: 'd' };

/** Requests that are wrong in one place each. */
const wrong: readonly Record<string, unknown>[] = [
  { action: 'hello', cleint: 'misspelt' },
  { action: 'hello', client: 'x'.repeat(limits.clientCharacters + 1) },
  { action: 'ping', at: '1' },
  { action: 'ping', at: -1 },
  { action: 'ping', at: 1.5 },
  { action: 'unsubscribe', id: 'a', to },
  { action: 'subscribe' },
  { action: 'subscribe', to: {} },
  { action: 'subscribe', to: { device: 'd', region: 'r' } },
  { action: 'subscribe', to: { device: 'a/b' } },
  { action: 'subscribe', to: { device: '+' } },
  { action: 'subscribe', to: { device: '' } },
  { action: 'subscribe', to: { device: 'd'.repeat(129) } },
  { action: 'subscribe', to: ['device'] },
  { action: 'subscribe', to, where: [] },
  { action: 'subscribe', to, where: Array.from({ length: limits.conditions + 1 }, () => condition) },
  { action: 'subscribe', to, where: [{ ...condition, value: '1' }] },
  { action: 'subscribe', to, where: [{ ...condition, op: '=>' }] },
  { action: 'subscribe', to, where: [{ ...condition, field: '' }] },
  { action: 'subscribe', to, where: [{ ...condition, field: 'x'.repeat(limits.fieldCharacters + 1) }] },
  { action: 'subscribe', to, where: [{ ...condition, op: '==', value: 'x'.repeat(257) }] },
  { action: 'subscribe', to, where: [{ ...condition, op: 'changedBy', value: 0 }] },
  { action: 'subscribe', to, where: [{ ...condition, op: 'exists', value: 1 }] },
  { action: 'subscribe', to, where: [{ ...condition, more: 1 }] },
  { action: 'subscribe', to, maxRate: 0 },
  { action: 'subscribe', to, maxRate: limits.maxRate.most + 1 },
  { action: 'subscribe', to, maxRate: '1' },
  { action: 'subscribe', to, since: -1 },
  { action: 'subscribe', to, snapshot: 'yes' },
  { action: 'history' },
  { action: 'history', device: 'd', limit: 0 },
  { action: 'history', device: 'd', limit: limits.historyReadings + 1 },
  { action: 'history', device: 'd', after: 'no cursor of ours' },
  { action: 'note', to, text: '' },
  { action: 'note', to, text: 7 },
  { action: 'explain', device: 'a b' },
  { action: 'authenticate' },
  { action: 'authenticate', token: '' },
];

const noObjects = [
  '',
  ' ',
  '{',
  '[]',
  'null',
  '"hello"',
  '7',
  '{"action":"hello"',
  '{"action":"hello"}}',
  '\u0000',
];

const noActions = [
  '{}',
  '{"action":null}',
  '{"action":7}',
  '{"action":"dance"}',
  '{"action":"HELLO"}',
  '{"action":"$connect"}',
  '{"action":"$disconnect"}',
  '{"action":"$default"}',
  '{"action":"__proto__"}',
  '{"action":"toString"}',
];

export const requestChecks: readonly Check[] = [
  {
    name: 'hello is answered with welcome, which says who, until when and how much',
    run: async ({ viewer }) => {
      const grants = ['region:eu-west', 'device:pump-*'];
      const ada = await viewer({ grants, expiresIn: '90s' });
      const before = Date.now();
      const welcome = await ada.ask({ action: 'hello', id: 'h', client: 'conformance' });
      isFrame(welcome, 'welcome');
      const { frameBytes, subscriptions, actionsPerSecond, actionsBurst, heartbeatMs } = limits;
      assert.equal(welcome.id, 'h');
      assert.deepEqual(welcome.grants, grants);
      assert.deepEqual(welcome.limits, { frameBytes, subscriptions, actionsPerSecond, actionsBurst });
      assert.ok(welcome.heartbeatMs > 0 && welcome.heartbeatMs <= heartbeatMs);
      assert.ok(Math.abs(welcome.serverTime - before) < 60_000, 'the clocks agree to a minute');
      assert.ok(welcome.closesAt > welcome.serverTime && welcome.tokenExpiresAt > welcome.serverTime);
      assert.ok(welcome.tokenExpiresAt <= welcome.serverTime + 90_000);
      assert.match(welcome.edge, /^(serverless|container)$/);
    },
  },
  {
    name: 'ping is answered with pong, with what was sent; an id is echoed, or absent',
    run: async ({ viewer }) => {
      const ada = await viewer();
      const pong = await ada.ask({ action: 'ping', id: 'p', at: 1_234 });
      isFrame(pong, 'pong');
      assert.equal(pong.at, 1_234);
      ada.send({ action: 'ping' });
      assert.deepEqual(Object.keys(await ada.next('pong')).toSorted(), ['serverTime', 'type']);
    },
  },
  {
    name: 'a request that is wrong is a bad_message with its id, and the socket goes on',
    run: async ({ viewer }) => {
      const ada = await viewer();
      for (const request of wrong) {
        const { id } = await refused(ada, { id: 'w', ...request }, 'bad_message');
        assert.equal(id, request['id'] ?? 'w');
      }
      isFrame(await askPatiently(ada, { action: 'hello' }), 'welcome');
    },
  },
  {
    name: 'what is no JSON object is a bad_message, what has no action an unknown_action',
    run: async ({ viewer }) => {
      const ada = await viewer();
      for (const [texts, code] of [
        [noObjects, 'bad_message'],
        [noActions, 'unknown_action'],
      ] as const)
        for (const text of texts) {
          // Paced, since these errors have no id by which to know which of them was rate-limited.
          await new Promise((resolve) => setTimeout(resolve, 1_100 / limits.actionsPerSecond));
          ada.send(text);
          const { code: got, message } = await ada.next('error');
          assert.equal(got, code, `${JSON.stringify(text)}: ${message}`);
        }
      isFrame(await askPatiently(ada, { action: 'hello' }), 'welcome');
    },
  },
  {
    name: 'an id that is not one is refused and not echoed',
    run: async ({ viewer }) => {
      const ada = await viewer();
      for (const id of ['', '-a', '__proto__', 'a b', 'x'.repeat(65), 7, null, {}]) {
        ada.send({ action: 'ping', id });
        const error = await ada.next('error');
        assert.deepEqual([error.code, 'id' in error], ['bad_message', false]);
      }
    },
  },
  {
    name: 'subscriptions lists what is held, as it was asked for',
    run: async ({ viewer, unique }) => {
      const ada = await viewer();
      const wished = { to: { device: unique('d') }, where: [condition], maxRate: 2 };
      await subscribe(ada, { id: 'a', ...wished });
      await subscribe(ada, { id: 'b', to: { region: unique('r') } });
      const answer = await ada.ask({ action: 'subscriptions' });
      isFrame(answer, 'subscriptions');
      assert.deepEqual(
        answer.items.toSorted((one, two) => (one.id < two.id ? -1 : 1)),
        [
          { id: 'a', ...wished },
          { id: 'b', to: { region: unique('r') } },
        ],
      );
    },
  },
  {
    name: 'unsubscribe ends one subscription; of an id that is none it is unknown_subscription',
    run: async ({ viewer, unique }) => {
      const ada = await viewer();
      await subscribe(ada, { id: 'a', to: { device: unique('d') } });
      isFrame(await ada.ask({ action: 'unsubscribe', id: 'a' }), 'unsubscribed');
      await refused(ada, { action: 'unsubscribe', id: 'a' }, 'unknown_subscription');
      const answer = await ada.ask({ action: 'subscriptions' });
      isFrame(answer, 'subscriptions');
      assert.deepEqual(answer.items, []);
    },
  },
  {
    name: 'one id stands for one target: id_in_use; with the same target it changes what is wished',
    run: async ({ viewer, unique }) => {
      const ada = await viewer();
      const device = { device: unique('d') };
      await subscribe(ada, { id: 'a', to: device });
      await refused(ada, { action: 'subscribe', id: 'a', to: { region: unique('d') } }, 'id_in_use');
      await subscribe(ada, { id: 'a', to: device, maxRate: 5 });
      const answer = await ada.ask({ action: 'subscriptions' });
      isFrame(answer, 'subscriptions');
      assert.deepEqual(answer.items, [{ id: 'a', to: device, maxRate: 5 }]);
    },
  },
];

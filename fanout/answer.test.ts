import { beforeEach, expect, it } from 'vitest';
import { answer } from './answer.ts';
import { aConnection } from './factories.ts';
import { limits } from './limits.ts';
import { memoryConnections } from './memory/connections.ts';
import { memorySubscriptions } from './memory/subscriptions.ts';
import type { Connections, Subscriptions } from './ports.ts';
import { frames, type Frame } from './protocol.ts';

const now = () => 1_763_690_000_000;
const { connectionId, connectedAt } = aConnection();

let connections: Connections;
let subscriptions: Subscriptions;
let ask: (request: object) => Promise<Frame>;

beforeEach(async () => {
  connections = memoryConnections();
  subscriptions = memorySubscriptions();
  await connections.open(aConnection({ grants: ['region:eu-west'] }));
  const reply = answer({ connections, subscriptions, now });
  ask = async (request) => {
    const frame = await reply(connectionId, JSON.stringify(request));
    return frames[frame.type].parse(frame);
  };
});

it('hello is answered with who you are and until when', async () => {
  expect(await ask({ action: 'hello', id: 'h' })).toEqual({
    type: 'welcome',
    id: 'h',
    connectionId,
    edge: 'serverless',
    serverTime: now(),
    closesAt: connectedAt + limits.connectionMs,
    heartbeatMs: limits.heartbeatMs,
    limits: { frameBytes: 32_768, subscriptions: 50 },
    grants: ['region:eu-west'],
  });
});

it('ping is answered with what was sent and the server’s time', async () => {
  expect(await ask({ action: 'ping', id: 'p', at: 5 })).toEqual({
    type: 'pong',
    id: 'p',
    at: 5,
    serverTime: now(),
  });
});

it('subscribe writes a row that carries what delivery decides by', async () => {
  const to = { region: 'eu-west' };
  expect(await ask({ action: 'subscribe', id: 's1', to })).toEqual({ type: 'subscribed', id: 's1', to });
  const { principal: _, ...rest } = aConnection({ grants: ['region:eu-west'] });
  expect(await subscriptions.byTarget('region#eu-west')).toEqual([
    { ...rest, target: 'region#eu-west', id: 's1' },
  ]);
});

it('subscribing twice under one id is one subscription', async () => {
  const request = { action: 'subscribe', id: 's1', to: { region: 'eu-west' } };
  await ask(request);
  expect(await ask(request)).toMatchObject({ type: 'subscribed' });
  expect(await ask({ action: 'subscriptions' })).toMatchObject({
    items: [{ id: 's1', to: { region: 'eu-west' } }],
  });
});

it('an id that is another subscription is refused', async () => {
  await ask({ action: 'subscribe', id: 's1', to: { region: 'eu-west' } });
  expect(await ask({ action: 'subscribe', id: 's1', to: { type: 'pump' } })).toMatchObject({
    code: 'id_in_use',
  });
});

it('a target of which the token grants nothing is refused and leaves no trace', async () => {
  expect(await ask({ action: 'subscribe', id: 's1', to: { region: 'us-east' } })).toMatchObject({
    type: 'error',
    code: 'not_granted',
    id: 's1',
  });
  expect(await ask({ action: 'subscriptions' })).toMatchObject({ items: [] });
  expect(await subscriptions.byTarget('region#us-east')).toEqual([]);
});

it('a connection takes as many subscriptions as welcome said and refuses the next', async () => {
  for (let n = 0; n < limits.subscriptions; n += 1)
    expect(await ask({ action: 'subscribe', id: `s${n}`, to: { device: `d${n}` } })).toMatchObject({
      type: 'subscribed',
    });
  expect(await ask({ action: 'subscribe', id: 'more', to: { device: 'd' } })).toMatchObject({
    code: 'too_many_subscriptions',
  });
});

it('unsubscribe takes the row away, and a second time says that there is none', async () => {
  await ask({ action: 'subscribe', id: 's1', to: { region: 'eu-west' } });
  expect(await ask({ action: 'unsubscribe', id: 's1' })).toEqual({ type: 'unsubscribed', id: 's1' });
  expect(await subscriptions.byTarget('region#eu-west')).toEqual([]);
  expect(await ask({ action: 'unsubscribe', id: 's1' })).toMatchObject({
    code: 'unknown_subscription',
    id: 's1',
  });
});

it.each([
  { action: 'hello' },
  { action: 'subscriptions' },
  { action: 'unsubscribe', id: 's' },
  { action: 'subscribe', id: 's', to: { device: 'd' } },
])('%j of a connection that was cleaned up is told to reconnect', async (request) => {
  await connections.close(connectionId);
  expect(await ask(request)).toMatchObject({ type: 'error', code: 'unknown_connection' });
});

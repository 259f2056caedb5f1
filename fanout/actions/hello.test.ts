import { beforeEach, expect, it } from 'vitest';
import { aConnection } from '../factories.ts';
import { limits } from '../limits.ts';
import { anEdge, start, type Edge } from '../memory/edge.testing.ts';

const { connectionId, connectedAt, tokenExpiresAt } = aConnection();
let edge: Edge;
beforeEach(async () => {
  edge = anEdge();
  await edge.open({ grants: ['region:eu-west'] });
});

it('hello is answered with who you are, until when, and what you may do', async () => {
  expect(await edge.ask({ action: 'hello', id: 'h', client: 'test 1.0' })).toEqual([
    {
      type: 'welcome',
      id: 'h',
      connectionId,
      edge: 'serverless',
      serverTime: start,
      closesAt: connectedAt + limits.connectionMs,
      tokenExpiresAt,
      heartbeatMs: limits.heartbeatMs,
      limits: { frameBytes: 32_768, subscriptions: 50, actionsPerSecond: 10, actionsBurst: 20 },
      grants: ['region:eu-west'],
    },
  ]);
});

it('ping is answered with what was sent and the server’s time', async () => {
  expect(await edge.ask({ action: 'ping', id: 'p', at: 5 })).toEqual([
    { type: 'pong', id: 'p', at: 5, serverTime: start },
  ]);
});

it.each([
  ['hello', 'welcome'],
  ['ping', 'pong'],
])(
  '%s first hears that the token ends, and that the connection does, when they are near',
  async (action, last) => {
    const near = {
      tokenExpiresAt: start + limits.noticeMs,
      connectedAt: start + limits.noticeMs - limits.connectionMs,
    };
    await edge.open(near);
    expect(await edge.ask({ action })).toMatchObject([
      { type: 'auth_expiring', at: near.tokenExpiresAt },
      { type: 'rollover', before: start + limits.noticeMs },
      { type: last },
    ]);
  },
);

it('a token that ends a moment later is no news yet', async () => {
  await edge.open({ tokenExpiresAt: start + limits.noticeMs + 1 });
  expect(await edge.ask({ action: 'ping' })).toMatchObject([{ type: 'pong' }]);
});

it('a token that has expired is said to have', async () => {
  await edge.open({ tokenExpiresAt: start - 1 });
  expect(await edge.ask({ action: 'ping' })).toMatchObject([{ type: 'auth_expiring', at: start - 1 }, {}]);
});

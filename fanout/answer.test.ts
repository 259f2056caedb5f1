import { beforeEach, expect, it, describe } from 'vitest';
import { aConnection, aReading } from './factories.ts';
import { limits } from './limits.ts';
import { anEdge, start, type Edge } from './memory/edge.testing.ts';
import type { Outcome, Send } from './ports.ts';
import type { Frame } from './protocol.ts';

const { connectionId } = aConnection();
const toRegion = { action: 'subscribe', id: 's1', to: { region: 'eu-west' } };
const needToken = [
  toRegion,
  { action: 'history', device: 'kettle-1' },
  { action: 'note', to: { region: 'eu-west' }, text: 'hello' },
  { action: 'explain', device: 'kettle-1' },
];
const needNone = [
  { action: 'hello' },
  { action: 'ping' },
  { action: 'subscriptions' },
  { action: 'unsubscribe', id: 's1' },
  { action: 'authenticate', token: 'bad' },
];

let edge: Edge;
beforeEach(async () => {
  edge = anEdge();
  await edge.open();
});

describe('the door', () => {
  it.each([...needToken, ...needNone, 'no JSON'])(
    '%j of an unknown connection is told to reconnect',
    async (request) => {
      await edge.ports.connections.close(connectionId);
      expect(await edge.ask(request)).toMatchObject([{ code: 'unknown_connection' }]);
    },
  );

  it('requests beyond the burst are told when to come again, and then answered', async () => {
    for (let n = 0; n < limits.actionsBurst; n += 1)
      await edge.ask(n % 2 === 0 ? { action: 'ping' } : 'no JSON');
    const [refused] = await edge.ask({ action: 'ping', id: 'p1' });
    expect(refused).toMatchObject({ code: 'rate_limited', id: 'p1' });
    edge.pass((refused as { retryAfterMs: number }).retryAfterMs);
    expect(await edge.ask({ action: 'ping' })).toMatchObject([{ type: 'pong' }]);
  });

  it.each(needToken)('%j with a token that has expired is refused', async (request) => {
    await edge.open({ tokenExpiresAt: start });
    expect(await edge.ask({ ...request, id: 'r1' })).toMatchObject([{ code: 'token_expired', id: 'r1' }]);
  });

  it.each(needNone)('%j with a token that has expired is answered', async (request) => {
    await edge.open({ tokenExpiresAt: start });
    expect(await edge.ask(request)).not.toMatchObject([{ code: 'token_expired' }]);
  });
});

describe('an answer of several frames', () => {
  const sentBy = async (send: (frame: Frame, nth: number) => Outcome) => {
    const sent: string[] = [];
    const counted: Send = async (frame) => {
      sent.push(frame.type);
      return send(frame, sent.length);
    };
    const last = await edge.reply(connectionId, JSON.stringify(toRegion), counted);
    return [...sent, last?.type];
  };

  it('ends when the connection is gone', async () => {
    expect(await sentBy((_, nth) => (nth === 2 ? 'gone' : 'delivered'))).toEqual([
      'subscribed',
      'snapshot_end',
      undefined,
    ]);
  });

  it('is tried again where the edge is busy', async () => {
    expect(await sentBy((_, nth) => (nth < 4 ? 'busy' : 'delivered'))).toEqual([
      ...['subscribed', 'subscribed', 'subscribed', 'subscribed'],
      ...['snapshot_end', 'live'],
    ]);
  });

  it.each(['busy', 'refused'] as const)(
    'fails rather than have a hole where the edge is %s',
    async (outcome) => {
      await expect(sentBy(({ type }) => (type === 'snapshot_end' ? outcome : 'delivered'))).rejects.toThrow(
        /snapshot_end/,
      );
    },
  );

  it('ends with token_expired when the token expires halfway', async () => {
    await edge.open({ tokenExpiresAt: start + 500 });
    await edge.record(aReading());
    const answered = await edge.ask(toRegion);
    expect(answered.map(({ type }) => type)).toEqual(['subscribed', 'snapshot', 'snapshot_end', 'error']);
    expect(answered.at(-1)).toMatchObject({ code: 'token_expired', id: 's1' });
  });
});

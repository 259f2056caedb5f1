import { describe, expect, it } from 'vitest';
import { scriptedEdge } from './scriptedEdge.ts';
import { refreshAt } from './tokenRefresh.ts';
import { live, pass, reading, useFakeTime, watched } from './watched.ts';

const minute = 60_000;
useFakeTime();

describe('the time to refresh', () => {
  it('is after 80 % of what is left', () => {
    expect(refreshAt(0, 60 * minute)).toBe(48 * minute);
  });

  it('is 30 s before the end at the latest', () => {
    expect(refreshAt(0, 100_000)).toBe(70_000);
  });

  it('is never at once, or a token that is too old would be asked for all the time', () => {
    expect([refreshAt(0, -1), refreshAt(0, 31_000)]).toEqual([5_000, 5_000]);
  });
});

/** A `token` function that gives t1, t2, … */
const tokens = () => {
  let count = 0;
  return { token: () => Promise.resolve(`t${++count}`), count: () => count };
};

const authenticated = (edge: ReturnType<typeof scriptedEdge>) =>
  edge.requests('authenticate').map((one) => 'token' in one && one.token);

describe('a token that ends', () => {
  it('is replaced on the open connection, again and again', async () => {
    const edge = scriptedEdge({ tokenMs: 60 * minute });
    const { client, errors } = await live(edge, tokens());
    await pass(49 * minute);
    expect(authenticated(edge)).toEqual(['t2']);
    await pass(48 * minute);
    expect(authenticated(edge)).toEqual(['t2', 't3']);
    expect([edge.all.length, errors]).toEqual([1, []]);
    client.close();
  });

  it('is replaced when the server says that it ends', async () => {
    const edge = scriptedEdge();
    const { client } = await live(edge, tokens());
    edge.say({ type: 'auth_expiring', at: Date.now() + minute });
    edge.say({ type: 'auth_expiring', at: Date.now() + minute });
    await pass(10);
    expect(authenticated(edge)).toEqual(['t2']);
    client.close();
  });

  it('is asked for again, ever more seldom, where that fails', async () => {
    let calls = 0;
    const edge = scriptedEdge({
      tokenMs: 10 * minute,
      answer: ({ action, id }) =>
        action === 'authenticate' && calls === 3
          ? [{ type: 'error', code: 'token_refused', message: 'Another principal.', id }]
          : undefined,
    });
    const token = () =>
      ++calls === 2 ? Promise.reject(new Error('no issuer')) : Promise.resolve(`t${calls}`);
    const { client, errors } = await live(edge, { token });
    await pass(9 * minute);
    expect(errors).toMatchObject([
      { code: 'token_failed', message: 'There is no newer token: no issuer' },
      { code: 'token_refused' },
    ]);
    expect([authenticated(edge), client.state]).toEqual([['t3', 't4'], 'live']);
    client.close();
  });

  it('is replaced, and the request asked again, where the server says that it has ended', async () => {
    let expired = true;
    const edge = scriptedEdge({
      answer: ({ action, id }) => {
        if (action === 'authenticate') expired = false;
        return action === 'history' && expired
          ? [{ type: 'error', code: 'token_expired', message: 'Authenticate.', id }]
          : undefined;
      },
    });
    const { client } = await live(edge, tokens());
    const page = client.history('kettle-1');
    await pass(10);
    expect([(await page).ok, authenticated(edge)]).toEqual([true, ['t2']]);
    client.close();
  });

  it('and is replaced late costs nothing: what was withheld is asked for', async () => {
    let reachable = false;
    const edge = scriptedEdge({ tokenMs: 10 * minute, heartbeatMs: minute });
    const token = () =>
      reachable || edge.all.length === 0 ? Promise.resolve('t') : Promise.reject(new Error('no issuer'));
    const expiresAt = Date.now() + 10 * minute;
    const { client, seqs, states, resumed, subscription } = await live(edge, { token });
    edge.publish(reading(1));
    await pass(expiresAt - Date.now() + minute);
    edge.publish(reading(2), { lost: true });
    await pass(minute);
    expect([authenticated(edge), edge.requests('subscribe').length]).toEqual([[], 1]);
    reachable = true;
    await pass(2 * minute);
    expect(authenticated(edge)).toEqual(['t']);
    expect(edge.requests('subscribe').slice(1)).toEqual([
      {
        action: 'subscribe',
        id: subscription.id,
        to: { region: 'eu-west' },
        since: expiresAt,
        previous: 'c1',
      },
    ]);
    expect([seqs(), states]).toEqual([
      [1, 2],
      ['live', 'catching-up', 'live'],
    ]);
    expect([resumed, subscription.live]).toMatchObject([[{ recovered: true }], true]);
    client.close();
  });

  it('and was not replaced when the connection is lost costs nothing either', async () => {
    const edge = scriptedEdge({ tokenMs: 10 * minute, heartbeatMs: minute });
    const token = () =>
      edge.open().length === 0 ? Promise.resolve('t') : Promise.reject(new Error('no issuer'));
    const expiresAt = Date.now() + 10 * minute;
    const { client, seqs } = await live(edge, { token });
    await pass(expiresAt - Date.now() + minute);
    edge.publish(reading(1), { lost: true });
    await pass(3 * minute);
    edge.cut();
    await pass(2_000);
    expect(edge.requests('subscribe').at(-1)).toMatchObject({ since: expiresAt });
    expect([seqs(), edge.all.length]).toEqual([[1], 2]);
    client.close();
  });

  it('is not asked for once the client is closed', async () => {
    const edge = scriptedEdge({ tokenMs: 10 * minute });
    const { token, count } = tokens();
    const { client } = watched(edge, { token });
    await pass(10);
    client.close();
    await pass(60 * minute);
    expect(count()).toBe(1);
  });
});

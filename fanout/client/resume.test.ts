import { describe, expect, it, vi } from 'vitest';
import { scriptedEdge } from './scriptedEdge.ts';
import type { SubscribeOptions } from './clientTypes.ts';
import { live, pass, pseudoRandom, reading, useFakeTime, watched } from './watched.ts';

const region = { region: 'eu-west' };
useFakeTime();

describe('the state', () => {
  it('is live at once where nothing is subscribed to', async () => {
    const { states } = watched(scriptedEdge());
    await pass(10);
    expect(states).toEqual(['live']);
  });

  it('is catching-up after a loss, until every subscription is live again', async () => {
    const edge = scriptedEdge();
    const { states, client, subscription } = await live(edge);
    edge.cut();
    await pass(500);
    expect(states).toEqual(['live', 'offline', 'catching-up']);
    expect(subscription.live).toBe(false);
    await pass(1_000);
    expect([client.state, subscription.live]).toEqual(['live', true]);
    client.close();
    expect([client.state, subscription.live]).toEqual(['offline', false]);
  });
});

describe('a subscription that was live', () => {
  it('goes on after a loss from the newest server time of the lost connection', async () => {
    const edge = scriptedEdge();
    const { client, seqs, resumed, subscription } = await live(edge);
    edge.publish(reading(1));
    await pass(5_000);
    edge.publish(reading(2));
    await pass(1);
    const newest = Date.now() - 1;
    edge.cut();
    edge.publish(reading(3));
    await pass(2_000);
    expect(edge.requests('subscribe').at(-1)).toEqual({
      action: 'subscribe',
      id: subscription.id,
      to: region,
      since: newest,
      previous: 'c1',
    });
    expect(seqs()).toEqual([1, 2, 3]);
    expect(resumed).toEqual([{ id: subscription.id, recovered: true, readings: 3 }]);
    client.close();
  });

  it('keeps its position over a second and a third loss until it was live again', async () => {
    const edge = scriptedEdge();
    const { client, seqs, updates } = await live(edge);
    edge.publish(reading(1));
    await pass(100);
    const newest = Date.now() - 100;
    edge.cut();
    edge.publish(reading(2));
    await pass(500); // welcomed, catching up
    edge.cut();
    edge.publish(reading(3));
    await pass(20_000); // live
    edge.publish(reading(4));
    await pass(10);
    edge.cut();
    edge.publish(reading(5));
    await pass(500);
    edge.cut();
    edge.publish(reading(6));
    await pass(2_000);
    const sinces = edge.requests('subscribe').map((one) => 'since' in one && one.since);
    expect(sinces.slice(1, 3)).toEqual([newest, newest]);
    expect(sinces[4]).toBe(sinces[3]);
    expect(Number(sinces[3])).toBeGreaterThan(newest + 20_000);
    expect(seqs()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(updates.map(({ source }) => source)).toEqual([
      'live',
      'replay',
      'replay',
      'live',
      'replay',
      'replay',
    ]);
    client.close();
  });

  it('goes on from before a change that the loss cut short', async () => {
    const edge = scriptedEdge({ catchUpMs: 5_000 });
    const { client, seqs, resumed, subscription } = await live(edge);
    await pass(5_000);
    edge.publish(reading(1));
    await pass(100);
    const newest = Date.now() - 100;
    const where = [{ field: 'temperature', op: '>' as const, value: 0 }];
    void subscription.change({ where });
    await pass(100); // subscribed, catching up
    for (const seq of [2, 3]) edge.publish(reading(seq), { lost: true });
    await pass(3_000);
    edge.cut();
    await pass(6_000);
    expect(edge.requests('subscribe').at(-1)).toMatchObject({ where, since: newest });
    expect(seqs()).toEqual([1, 2, 3]);
    expect(resumed).toMatchObject([{ recovered: true }]);
    client.close();
  });

  it('tells honestly what could not be recovered, and what that hole is', async () => {
    const edge = scriptedEdge();
    const { client, resumed, snapshots, gaps, filled, updates } = await live(edge);
    edge.publish(reading(1));
    await pass(10);
    edge.recovers(false);
    edge.cut();
    edge.publish(reading(2));
    edge.publish(reading(7));
    await pass(2_000);
    expect(resumed).toMatchObject([{ recovered: false }]);
    expect(snapshots.at(-1)).toMatchObject({ devices: 1, updates: [{ seq: 7, source: 'snapshot' }] });
    expect(gaps).toEqual([{ deviceId: 'kettle-1', boot: 1, from: 3, to: 6 }]);
    expect(filled).toMatchObject([{ from: 3, to: 6, readings: 0 }]);
    expect(updates.map(({ seq, late }) => [seq, late])).toEqual([
      [1, undefined],
      [7, undefined],
      [2, true],
    ]);
    client.close();
  });

  it('comes back two at a time', async () => {
    const edge = scriptedEdge();
    const { client } = watched(edge);
    for (const name of ['a', 'b', 'c', 'd', 'e']) void client.subscribe({ region: name });
    await pass(2_000);
    edge.cut();
    const counts = [];
    for (let at = 0; at < 3; at++) {
      await pass(500);
      counts.push([edge.requests('subscribe').length - 5, client.state]);
      await pass(500);
    }
    expect(counts).toEqual([2, 4, 5].map((asked) => [asked, 'catching-up']));
    expect(client.state).toBe('live');
    client.close();
  });

  it('that the server refuses from now on is told, and not asked for again', async () => {
    let granted = true;
    const edge = scriptedEdge({
      answer: ({ action, id }) =>
        action === 'subscribe' && !granted
          ? [{ type: 'error', code: 'not_granted', message: 'Not yours.', id }]
          : undefined,
    });
    const { client, errors, subscription } = await live(edge);
    granted = false;
    edge.cut();
    await pass(2_000);
    expect(errors).toMatchObject([
      { code: 'not_granted', id: subscription.id, message: 'No more readings of region eu-west. Not yours.' },
    ]);
    const asked = edge.requests('subscribe').length;
    edge.cut();
    await pass(2_000);
    expect([client.state, edge.requests('subscribe').length]).toEqual(['live', asked]);
    client.close();
  });

  it('that ended while there was no connection is not asked for again', async () => {
    const edge = scriptedEdge();
    const { client, subscription } = await live(edge);
    edge.cut();
    expect(await subscription.unsubscribe()).toEqual({ ok: true });
    await pass(2_000);
    expect([client.state, edge.open()[0]?.subscriptions.size]).toEqual(['live', 0]);
    client.close();
  });
});

describe('a subscription that was confirmed, but not live yet', () => {
  const slow = () => scriptedEdge({ catchUpMs: 5_000 });

  const subscribed = async (edge: ReturnType<typeof scriptedEdge>, options: SubscribeOptions = {}) => {
    const viewer = watched(edge);
    await pass(240_000); // The newest server time that was heard is as old.
    edge.publish(reading(1));
    await pass(60_000);
    const at = Date.now();
    const answer = viewer.client.subscribe(region, options);
    await pass(500);
    expect(await answer).toMatchObject({ ok: true, subscription: { live: false } });
    return { ...viewer, at };
  };

  it('goes on from when it took hold, with a snapshot', async () => {
    const edge = slow();
    const { client, updates, resumed, snapshots, gaps, at } = await subscribed(edge);
    edge.cut();
    for (const seq of [2, 3, 4]) edge.publish(reading(seq));
    await pass(30_000);
    expect(edge.requests('subscribe')).toEqual([
      { action: 'subscribe', id: 's1', to: region },
      { action: 'subscribe', id: 's1', to: region, since: at, previous: 'c1', snapshot: true },
    ]);
    expect(updates.map(({ seq, source, late }) => [seq, source, late])).toEqual([
      [1, 'snapshot', undefined],
      [4, 'snapshot', undefined],
      [2, 'replay', true],
      [3, 'replay', true],
    ]);
    expect(resumed).toMatchObject([{ recovered: true, readings: 3 }]);
    expect(snapshots).toHaveLength(2);
    expect(gaps).toEqual([]);
    edge.cut();
    await pass(10_000);
    expect(edge.requests('subscribe').at(-1)).not.toHaveProperty('snapshot');
    client.close();
  });

  it('keeps that position over more losses', async () => {
    const edge = slow();
    const { client, seqs } = await subscribed(edge);
    edge.cut();
    edge.publish(reading(2));
    edge.publish(reading(3));
    await pass(2_000); // asked for again
    edge.cut();
    edge.publish(reading(4));
    edge.publish(reading(5));
    await pass(10_000);
    const [, second, third] = edge.requests('subscribe');
    expect(third).toEqual(second);
    expect(seqs().toSorted()).toEqual([1, 2, 3, 4, 5]);
    client.close();
  });

  it('keeps what its owner said of `since` and of a snapshot', async () => {
    const edge = slow();
    const since = Date.now();
    const { client, snapshots } = await subscribed(edge, { since, snapshot: false });
    edge.cut();
    await pass(30_000);
    const wanted = { action: 'subscribe', id: 's1', to: region, since, snapshot: false };
    expect(edge.requests('subscribe')).toEqual([wanted, wanted]);
    expect(snapshots).toEqual([]);
    client.close();
  });

  it('tells where what came between could not be had', async () => {
    const edge = slow();
    const { client, resumed } = await subscribed(edge);
    edge.recovers(false);
    edge.cut();
    await pass(30_000);
    expect(resumed).toMatchObject([{ recovered: false }]);
    client.close();
  });
});

describe('a subscription that was never confirmed', () => {
  it('is asked for anew', async () => {
    const edge = scriptedEdge({ answer: ({ action }) => (action === 'subscribe' ? [] : undefined) });
    const { client } = watched(edge);
    void client.subscribe(region);
    await pass(500);
    edge.cut();
    await pass(500);
    const wanted = { action: 'subscribe', id: 's1', to: region };
    expect(edge.requests('subscribe')).toEqual([wanted, wanted]);
    client.close();
  });
});

describe('a catch-up', () => {
  it('that does not end costs the connection', async () => {
    let mute = true;
    const edge = scriptedEdge({
      answer: (request, socket) => {
        if (request.action !== 'subscribe' || request.since === undefined || !mute) return undefined;
        mute = false;
        socket.say({ type: 'subscribed', id: request.id, to: request.to, at: Date.now() });
        return [];
      },
    });
    const { client, errors } = await live(edge);
    edge.cut();
    await pass(33_000);
    expect(errors).toMatchObject([{ code: 'timed_out' }]);
    expect([client.state, edge.all.length]).toEqual(['live', 3]);
    client.close();
  });

  it('that fails at API Gateway costs the connection at once', async () => {
    let fails = true;
    const edge = scriptedEdge({
      answer: (request, socket) => {
        if (request.action !== 'subscribe' || request.since === undefined || !fails) return undefined;
        fails = false;
        socket.say({ type: 'subscribed', id: request.id, to: request.to, at: Date.now() });
        return [{ message: 'Internal server error', connectionId: 'c', requestId: 'r' }];
      },
    });
    const { client, errors } = await live(edge);
    edge.cut();
    await pass(3_000);
    expect(errors).toMatchObject([{ code: 'edge_error' }]);
    expect([client.state, edge.all.length]).toEqual(['live', 3]);
    client.close();
  });
});

describe('a connection that the server forgot', () => {
  it('is dropped and made anew, and the request is asked again', async () => {
    let known = false;
    const edge = scriptedEdge({
      answer: ({ action, id }) =>
        action === 'subscribe' && !known
          ? ((known = true), [{ type: 'error', code: 'unknown_connection', message: 'Reconnect.', id }])
          : undefined,
    });
    const { client, errors, subscription } = await live(edge);
    expect([edge.all.length, client.state, subscription.live]).toEqual([2, 'live', true]);
    expect(errors).toMatchObject([{ code: 'unknown_connection' }]);
    client.close();
  });
});

describe('random losses', () => {
  it('lose nothing and bring nothing twice, in order', async () => {
    const random = pseudoRandom(7);
    vi.spyOn(Math, 'random').mockImplementation(random);
    const edge = scriptedEdge();
    const { client, seqs, updates, gaps } = await live(edge);
    const last = 2_000;
    for (let seq = 1; seq <= last; seq++) {
      edge.publish(reading(seq));
      if (random() < 0.02) edge.cut();
      await pass(random() * 400);
    }
    await pass(120_000);
    expect(client.state).toBe('live');
    expect(seqs()).toEqual(Array.from({ length: last }, (_, at) => at + 1));
    expect(updates.filter(({ late }) => late)).toEqual([]);
    expect(gaps).toEqual([]);
    client.close();
  });
});

import { describe, expect, it } from 'vitest';
import { scriptedEdge } from './scriptedEdge.ts';
import { live, pass, reading, useFakeTime, watched } from './watched.ts';

useFakeTime();

describe('a request', () => {
  it('is sent when the limits of the server allow', async () => {
    const edge = scriptedEdge({ limits: { actionsPerSecond: 10, actionsBurst: 20 } });
    const { client } = watched(edge);
    await pass(10);
    const answers = Array.from({ length: 40 }, () => client.explain('d'));
    const sent = () => edge.requests('explain').length;
    await pass(0);
    expect(sent()).toBe(16);
    await pass(1_000);
    expect(sent()).toBe(24);
    await pass(3_000);
    expect((await Promise.all(answers)).every(({ ok }) => ok)).toBe(true);
    client.close();
  });

  it('that came too soon waits as long as the server says, and is sent again', async () => {
    let limited = 2;
    const edge = scriptedEdge({
      answer: ({ action, id }) =>
        action === 'note' && limited-- > 0
          ? [{ type: 'error', code: 'rate_limited', message: 'Wait.', id, retryAfterMs: 400 }]
          : undefined,
    });
    const { client, errors } = watched(edge);
    const noted = client.note({ region: 'eu-west' }, 'hi');
    await pass(300);
    expect(edge.requests('note')).toHaveLength(1);
    await pass(600);
    expect([(await noted).ok, edge.requests('note').length, errors]).toEqual([true, 3, []]);
    client.close();
  });

  it('that always comes too soon fails after the fifth time', async () => {
    const edge = scriptedEdge({
      answer: ({ action, id }) =>
        action === 'note' ? [{ type: 'error', code: 'rate_limited', message: 'Wait.', id }] : undefined,
    });
    const { client } = watched(edge);
    const noted = client.note({ region: 'eu-west' }, 'hi');
    await pass(10_000);
    expect(await noted).toMatchObject({ ok: false, error: { code: 'rate_limited' } });
    expect(edge.requests('note')).toHaveLength(5);
    client.close();
  });

  it('waits for a connection; the 201st does not', async () => {
    let refused = true;
    const edge = scriptedEdge({ refuse: () => (refused ? 503 : undefined) });
    const { client } = watched(edge);
    const answers = Array.from({ length: 200 }, () => client.explain('d'));
    expect(await client.explain('d')).toMatchObject({ ok: false, error: { code: 'queue_full' } });
    refused = false;
    await pass(60_000);
    expect((await Promise.all(answers)).every(({ ok }) => ok)).toBe(true);
    expect((await Promise.all([client.explain('d'), pass(1_000)]))[0].ok).toBe(true);
    client.close();
  });

  it('that gets no answer within 10 s fails', async () => {
    const edge = scriptedEdge({ answer: ({ action }) => (action === 'explain' ? [] : undefined) });
    const { client } = watched(edge);
    const explained = client.explain('d');
    await pass(10_100);
    expect(await explained).toMatchObject({ ok: false, error: { code: 'timed_out' } });
    client.close();
  });

  it('that is under way when the client is closed fails', async () => {
    const edge = scriptedEdge({ answer: ({ action }) => (action === 'subscribe' ? [] : undefined) });
    const { client } = watched(edge);
    await pass(10);
    const [updates, subscribed] = [client.updates(), client.subscribe({ region: 'eu-west' })];
    await pass(10);
    client.close();
    expect(client.state).toBe('offline');
    expect(await updates.next()).toEqual({ done: true, value: undefined });
    expect(await subscribed).toMatchObject({ ok: false, error: { code: 'closed' } });
    expect(await client.subscriptions()).toMatchObject({ ok: false, error: { code: 'closed' } });
  });
});

describe('a subscription', () => {
  it('says what it asks for', async () => {
    const edge = scriptedEdge();
    const { client } = watched(edge);
    const where = [{ field: 'temperature', op: '>' as const, value: 30 }];
    void client.subscribe({ device: 'kettle-1' }, { where, maxRate: 2, since: 7, snapshot: true });
    await pass(100);
    expect(edge.requests('subscribe')).toMatchObject([{ where, maxRate: 2, since: 7, snapshot: true }]);
    client.close();
  });

  it('is changed under its id, once it is live, one change after another', async () => {
    const edge = scriptedEdge();
    const { client } = watched(edge);
    const [answer] = await Promise.all([client.subscribe({ region: 'eu-west' }), pass(100)]);
    if (!answer.ok) throw new Error();
    const { subscription } = answer;
    const changes = [subscription.change({ maxRate: 1 }), subscription.change({ maxRate: 2 })];
    await pass(950);
    expect([subscription.maxRate, subscription.live]).toEqual([1, false]);
    await pass(2_000);
    expect([subscription.maxRate, subscription.live]).toEqual([2, true]);
    expect(await Promise.all(changes)).toEqual([{ ok: true }, { ok: true }]);
    expect(edge.requests('subscribe')).toMatchObject([
      { id: 's1' },
      { id: 's1', maxRate: 1, snapshot: false },
      { id: 's1', maxRate: 2, snapshot: false },
    ]);
    client.close();
  });

  it('whose change is refused goes on as it was', async () => {
    const edge = scriptedEdge({
      answer: (request) =>
        request.action === 'subscribe' && request.maxRate !== undefined
          ? [{ type: 'error', code: 'bad_message', message: 'maxRate is wrong.', id: request.id }]
          : undefined,
    });
    const { client, subscription, seqs } = await live(edge);
    const [changed] = await Promise.all([subscription.change({ maxRate: 99 }), pass(100)]);
    expect(changed).toMatchObject({ ok: false, error: { code: 'bad_message' } });
    edge.publish(reading(1));
    await pass(1);
    expect([subscription.maxRate, subscription.live, seqs()]).toEqual([undefined, true, [1]]);
    client.close();
  });

  it('that was being changed when the connection was lost is changed on the next', async () => {
    let first = true;
    const edge = scriptedEdge({
      answer: (request, socket) => {
        if (request.action !== 'subscribe' || request.maxRate === undefined || !first) return undefined;
        first = false;
        socket.cut();
        return [];
      },
    });
    const { client, subscription } = await live(edge);
    const changed = subscription.change({ maxRate: 1 });
    await pass(5_000);
    expect([await changed, subscription.maxRate, subscription.live]).toEqual([{ ok: true }, 1, true]);
    client.close();
  });

  it('that ended cannot be changed, and brings nothing more', async () => {
    const edge = scriptedEdge({ answer: ({ action }) => (action === 'unsubscribe' ? [] : undefined) });
    const { client, subscription, seqs } = await live(edge);
    void subscription.unsubscribe();
    edge.publish(reading(1));
    await pass(100);
    expect(seqs()).toEqual([]);
    expect(await subscription.change({})).toMatchObject({ error: { code: 'unknown_subscription' } });
    client.close();
  });

  it('that the server refuses is an error value', async () => {
    const edge = scriptedEdge({
      answer: ({ action, id }) =>
        action === 'subscribe'
          ? [{ type: 'error', code: 'not_granted', message: 'Not yours.', id }]
          : undefined,
    });
    const { client } = watched(edge);
    const [answer] = await Promise.all([client.subscribe({ device: 'd' }), pass(10)]);
    expect(answer).toMatchObject({ ok: false, error: { code: 'not_granted', message: 'Not yours.' } });
    client.close();
  });

  it('fails and is told when API Gateway answers in the place of our code', async () => {
    const edge = scriptedEdge({
      answer: ({ action }) =>
        action === 'subscribe'
          ? [{ message: 'Internal server error', connectionId: 'c1', requestId: 'r1' }]
          : undefined,
    });
    const { client, errors } = watched(edge);
    const [answer] = await Promise.all([client.subscribe({ device: 'd' }), pass(10)]);
    expect(answer).toMatchObject({ ok: false, error: { code: 'edge_error' } });
    expect(errors[0]?.message).toContain('Internal server error');
    client.close();
  });
});

describe('the history', () => {
  it('is read page by page, up to the first that fails', async () => {
    const edge = scriptedEdge({
      answer: (request) => {
        if (request.action !== 'history') return undefined;
        const page = { type: 'history', id: request.id, device: 'd', readings: [] };
        if (request.after === undefined) return [{ ...page, next: 'p2' }];
        return request.after === 'p2'
          ? [{ ...page, next: 'p3' }]
          : [{ type: 'error', code: 'not_granted', message: 'Not yours.', id: request.id }];
      },
    });
    const { client } = watched(edge);
    await pass(10);
    const pages: boolean[] = [];
    const reading = (async () => {
      for await (const { ok } of client.historyOf('d')) pages.push(ok);
    })();
    await pass(1_000);
    await reading;
    expect(pages).toEqual([true, true, false]);
    client.close();
  });
});

describe('what others are told', () => {
  it('is told once of a note and a status, though two connections bring them', async () => {
    const edge = scriptedEdge();
    const { client } = await live(edge);
    const heard: string[] = [];
    client.on('note', ({ text }) => heard.push(text));
    client.on('status', ({ online }) => heard.push(`online ${online}`));
    const note = { type: 'note', to: { region: 'eu-west' }, text: 'look', from: 'ann', at: Date.now() };
    const status = { type: 'device_status', deviceId: 'd', region: 'eu-west', online: true, at: Date.now() };
    [note, note, status, status].forEach((frame) => edge.say(frame));
    await pass(1);
    expect(heard).toEqual(['look', 'online true']);
    client.close();
  });
});

describe('a ping', () => {
  it('is sent as often as the welcome told; without a pong the connection is made anew', async () => {
    const edge = scriptedEdge({ heartbeatMs: 25_000 });
    const { client, errors } = await live(edge);
    await pass(75_000);
    expect(edge.requests('ping')).toHaveLength(3);
    const [socket] = edge.open();
    if (socket !== undefined) socket.deaf = true;
    await pass(40_000);
    expect([client.state, edge.all.length]).toEqual(['live', 2]);
    expect(errors).toMatchObject([{ code: 'timed_out' }]);
    client.close();
  });
});

describe('a clock of its own', () => {
  it('is the one the client goes by', async () => {
    const timers: { at: number; action: () => void }[] = [];
    let now = 1_000;
    const clock = {
      now: () => now,
      setTimeout: (action: () => void, ms: number) => {
        const timer = { at: now + ms, action };
        timers.push(timer);
        return timer;
      },
      clearTimeout: (timer: unknown) =>
        void timers.splice(0, Infinity, ...timers.filter((one) => one !== timer)),
    };
    const edge = scriptedEdge({ heartbeatMs: 25_000 });
    const { client } = watched(edge, { clock });
    await pass(3_600_000);
    expect(edge.requests('ping')).toHaveLength(0);
    now += 25_000;
    timers
      .splice(0)
      .filter(({ at }) => at <= now)
      .forEach(({ action }) => action());
    await pass(1);
    expect(edge.requests('ping')).toHaveLength(1);
    client.close();
    expect(timers).toHaveLength(0);
  });
});

import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { scaledClock, type Clock } from '../clock.ts';
import { base, connect, resource, route, start, stopAll } from './webSocketApi.testing.ts';

afterEach(stopAll);

const resources = [...base(), ...route('$default'), ...route('$disconnect')];
const handlers = { default: () => ({ statusCode: 200 }), disconnect: () => null };

describe('a close', () => {
  const closes: [code: number | undefined, said: string, status: number, reason: string][] = [
    [undefined, '', 1005, 'Client-side close frame status not set'],
    [1001, '', 1001, ''],
    [4000, 'bye', 4000, 'bye'],
  ];
  it.each(closes)('by the client with %s "%s" is told to $disconnect', async (code, said, status, reason) => {
    const api = await start([...base({ StageVariables: { v: '1' } }), ...route('$disconnect')], handlers);
    const { ws } = await connect(api.url('live'));
    ws.close(code, said);
    const event = await api.event('DISCONNECT');
    expect(event.requestContext).toMatchObject({
      routeKey: '$disconnect',
      disconnectStatusCode: status,
      disconnectReason: reason,
      messageDirection: 'IN',
    });
    const host = `127.0.0.1:${api.port}`;
    expect(event.headers).toStrictEqual({
      Host: host,
      'x-api-key': '',
      'X-Forwarded-For': '',
      'x-restapi': '',
    });
    expect(event['stageVariables']).toEqual({ v: '1' });
    expect(api.connectionCount()).toBe(0);
  });

  it('without a close frame is 1006', async () => {
    const api = await start(resources, handlers);
    const { ws } = await connect(api.url('live'));
    ws.terminate();
    expect((await api.event('DISCONNECT')).requestContext['disconnectStatusCode']).toBe(1006);
  });

  const limits: [what: string, bytes: number, binary: boolean, code: number][] = [
    ['a frame over 32 KB', 32_769, false, 1009],
    ['a message far over 128 KB', 200_000, false, 1009],
    ['a binary message', 3, true, 1003],
  ];
  it.each(limits)('%s is closed', async (_what, bytes, binary, code) => {
    const api = await start(resources, handlers);
    const { ws, closed } = await connect(api.url('live'));
    ws.send('x'.repeat(bytes), { binary });
    expect((await closed).code).toBe(code);
    expect((await api.event('DISCONNECT')).requestContext['disconnectStatusCode']).toBe(code);
    expect(api.events).toHaveLength(1);
  });

  it('comes at 128 KB and one byte in fragments; 128 KB and 32 KB frames pass', async () => {
    const api = await start(resources, handlers);
    const { ws, closed } = await connect(api.url('live'));
    const piece = 'x'.repeat(32_768);
    ws.send(piece);
    for (const fin of [false, false, false, true]) ws.send(piece, { fin });
    expect((await api.event('MESSAGE')).body).toHaveLength(32_768);
    expect((await api.event('MESSAGE')).body).toHaveLength(131_072);
    for (let i = 0; i < 4; i++) ws.send(piece, { fin: false });
    ws.send('x', { fin: true });
    expect((await closed).code).toBe(1009);
  });

  it('cuts a message that is never finished', async () => {
    const api = await start(resources, handlers, { limits: { partialMessageMs: 30 } });
    const { ws, closed } = await connect(api.url('live'));
    ws.send('a', { fin: false });
    expect((await closed).code).toBe(1008);
  });
});

/** A clock that only moves when told. */
const handClock = (): Clock & { advance: (ms: number) => void } => {
  let now = 1_700_000_000_000;
  const timers = new Set<{ at: number; action: () => void }>();
  const next = (until: number) => [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
  return {
    now: () => now,
    after: (ms, action) => {
      const timer = { at: now + ms, action };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance: (ms) => {
      const end = now + ms;
      for (let timer = next(end); timer; timer = next(end)) {
        timers.delete(timer);
        now = timer.at;
        timer.action();
      }
      now = end;
    },
  };
};
const minutes = 60_000;

describe('the clock', () => {
  it('closes an idle connection after ten minutes, and pings do not count', async () => {
    const clock = handClock();
    const api = await start(resources, handlers, { clock });
    const { ws, closed } = await connect(api.url('live'));
    clock.advance(9 * minutes);
    const pong = new Promise((resolve) => ws.on('pong', resolve));
    ws.ping();
    await pong;
    clock.advance(1 * minutes);
    expect(await closed).toEqual({ code: 1001, reason: 'Going away' });
    expect((await api.event('DISCONNECT')).requestContext).toMatchObject({
      disconnectStatusCode: 1001,
      disconnectReason: 'Going away',
    });
  });

  it('starts the ten minutes anew at each message, but not the two hours', async () => {
    const clock = handClock();
    const api = await start(resources, handlers, { clock });
    const { ws, closed } = await connect(api.url('live'));
    for (let i = 0; i < 13; i++) {
      clock.advance(9 * minutes);
      expect(api.connectionCount()).toBe(1);
      ws.send('beat');
      await api.event('MESSAGE');
    }
    clock.advance(3 * minutes);
    expect(await closed).toEqual({ code: 1001, reason: 'Going away' });
  });

  it('at speed closes a silent connection in a blink', async () => {
    const api = await start(resources, handlers, { clock: scaledClock(20_000) });
    const { closed } = await connect(api.url('live'));
    expect(await closed).toEqual({ code: 1001, reason: 'Going away' });
  });
});

describe('stopping', () => {
  it('closes clients with 1001, tells no $disconnect, leaves no timer and frees the port', async () => {
    const clock = handClock();
    const open = new Set<object>();
    const after: Clock['after'] = (ms, action) => {
      const timer = {};
      open.add(timer);
      const cancel = clock.after(ms, action);
      return () => {
        open.delete(timer);
        cancel();
      };
    };
    const hanging = { ...handlers, default: () => new Promise(() => undefined) };
    const api = await start(resources, hanging, { clock: { ...clock, after } });
    const { ws, closed } = await connect(api.url('live'));
    ws.send('hangs');
    await api.event('MESSAGE');
    await api.close();
    expect((await closed).code).toBe(1001);
    expect(open.size).toBe(0);
    expect(api.events).toHaveLength(1);
    await start(resources, handlers, { port: api.port });
  });

  it('a taken port is an error that names it', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    // A cast, since a server that listens on TCP has an address of this form.
    const { port } = other.address() as AddressInfo;
    await expect(start([...base(), resource('Deployment', 'D', {})], {}, { port })).rejects.toMatchObject({
      code: 'port_taken',
      message: expect.stringContaining(String(port)) as unknown,
    });
    await new Promise((resolve) => other.close(resolve));
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { createFaults, type FaultKind } from '../faults/faults.ts';
import { createMeter } from '../meter.ts';
import type { Clock } from '../clock.ts';
import type { Sighting } from '../witness.ts';
import { base, connect, route, start, stopAll, type Client, type TestApi } from './webSocketApi.testing.ts';

afterEach(stopAll);

const handlers = { connect: () => ({ statusCode: 200 }), disconnect: () => null };
const resources = [...base(), ...route('$connect'), ...route('$disconnect')];

/** A clock that a test moves by hand; what waits on it is kept. */
const stillClock = () => {
  const waits: { ms: number; action: () => void }[] = [];
  let arrived: (wait: { ms: number; action: () => void }) => void = () => undefined;
  const clock: Clock & { time: number } = {
    time: 1_700_000_000_000,
    now: () => clock.time,
    after: (ms: number, action: () => void) => {
      const wait = { ms, action };
      waits.push(wait);
      arrived(wait);
      return () => undefined;
    },
  };
  /** The next wait of so many ms. */
  const wait = (ms: number) =>
    new Promise<() => void>((resolve) => {
      arrived = (wait) => {
        if (wait.ms === ms) resolve(wait.action);
      };
    });
  return { clock, wait };
};

const open = async () => {
  const { clock, wait } = stillClock();
  const faults = createFaults({ seed: 1, clock });
  const meter = createMeter();
  const seen: Sighting[] = [];
  const posted: string[] = [];
  const api = await start(resources, handlers, {
    clock,
    faults,
    meter,
    witness: (sighting) => seen.push(sighting),
    callerOf: (accessKeyId) => (accessKeyId === 'ASIAALARM' ? 'alarm' : undefined),
    posted: async (token) => void posted.push(token),
  });
  const client = await connect(api.url('live'));
  const { requestContext } = await api.event('CONNECT');
  return { api, client, id: requestContext.connectionId, faults, meter, seen, posted, clock, wait };
};

const call = async (api: TestApi, id: string, method: string, body = '', accessKeyId = 'ASIAALARM') => {
  const url = `${api.managementUrl('live')}/@connections/${encodeURIComponent(id)}`;
  const headers = {
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20240101/r/execute-api/aws4_request`,
    'x-amz-security-token': 'token-1',
  };
  const answer = await fetch(url, { method, headers, ...(method === 'POST' ? { body } : {}) });
  await answer.arrayBuffer();
  return [answer.status, answer.headers.get('x-amzn-ErrorType')];
};

/** The next frame is `text`: nothing else came before. */
const hears = async (client: Client, text: string) => {
  expect(await client.frame()).toBe(text);
};

describe('a fault switch of @connections', () => {
  const everyMethod: [FaultKind, status: number, type: string][] = [
    ['connections.throttle', 429, 'LimitExceededException'],
    ['connections.error', 500, 'InternalServerErrorException'],
  ];
  it.each(everyMethod)('%s answers %i %s to every method, and nothing is done', async (kind, ...answer) => {
    const { api, client, id, faults } = await open();
    await faults.set(kind, { times: 3 });
    for (const method of ['DELETE', 'GET', 'POST'])
      expect(await call(api, id, method, 'refused')).toEqual(answer);
    expect(await call(api, id, 'POST', 'taken')).toEqual([200, null]);
    await hears(client, 'taken');
  });

  it('connections.too-large answers 413 to a POST only', async () => {
    const { api, client, id, faults } = await open();
    await faults.set('connections.too-large', { times: 1 });
    expect(await call(api, id, 'GET')).toEqual([200, null]);
    expect(await call(api, id, 'POST', 'refused')).toEqual([413, 'PayloadTooLargeException']);
    await call(api, id, 'POST', 'taken');
    await hears(client, 'taken');
  });

  it('connections.gone cuts the connection and answers 410', async () => {
    const { api, client, id, faults } = await open();
    await faults.set('connections.gone');
    expect(await call(api, id, 'GET')).toEqual([200, null]);
    expect(await call(api, id, 'POST', 'refused')).toEqual([410, 'GoneException']);
    expect((await client.closed).code).toBe(1006);
    expect((await api.event('DISCONNECT')).requestContext['disconnectStatusCode']).toBe(1006);
    expect(await call(api, id, 'POST', 'late')).toEqual([410, 'GoneException']);
    expect(faults.injected()).toEqual({ 'connections.gone': 1 });
  });

  it('connections.gone-early answers 410 as long as the connection is young', async () => {
    const { api, client, id, faults, clock } = await open();
    await faults.set('connections.gone-early', { ms: 500 });
    clock.time += 499;
    expect(await call(api, id, 'POST', 'early')).toEqual([410, 'GoneException']);
    clock.time += 1;
    expect(await call(api, id, 'POST', 'taken')).toEqual([200, null]);
    await hears(client, 'taken');
    expect(faults.injected()).toEqual({ 'connections.gone-early': 1 });
  });

  it('connections.latency does it after so many ms', async () => {
    const { api, client, id, faults, wait } = await open();
    await faults.set('connections.latency', { ms: 77, times: 1 });
    const late = wait(77);
    const posted = call(api, id, 'POST', 'late');
    const goOn = await late;
    await call(api, id, 'POST', 'prompt');
    goOn();
    expect(await posted).toEqual([200, null]);
    await hears(client, 'prompt');
    await hears(client, 'late');
  });

  it('connections.lost-response does it and cuts the socket', async () => {
    const { api, client, id, faults } = await open();
    await faults.set('connections.lost-response', { times: 2 });
    await expect(call(api, id, 'POST', 'taken')).rejects.toThrow();
    await hears(client, 'taken');
    await expect(call(api, id, 'DELETE')).rejects.toThrow();
    expect((await client.closed).code).toBe(1000);
  });

  it('may be for the posts of one function', async () => {
    const { api, id, faults } = await open();
    await faults.set('connections.throttle', { only: 'larm' });
    expect(await call(api, id, 'POST', 'x', 'ASIAOTHER')).toEqual([200, null]);
    expect(await call(api, id, 'POST', 'x')).toEqual([429, 'LimitExceededException']);
  });
});

describe('a fault switch of connections', () => {
  it('disconnect.missing keeps $disconnect from being told, once', async () => {
    const { api, client, faults } = await open();
    await faults.set('disconnect.missing', { times: 1, only: 'disconnect' });
    client.ws.close();
    await client.closed;
    const second = await connect(api.url('live'));
    const { requestContext } = await api.event('CONNECT');
    second.ws.close();
    expect((await api.event('DISCONNECT')).requestContext.connectionId).toBe(requestContext.connectionId);
    expect(api.events.filter(({ requestContext: { routeKey } }) => routeKey === '$disconnect')).toHaveLength(
      1,
    );
  });

  it('socket.cut cuts every open connection that chance picks, 1006', async () => {
    const { api, client, faults } = await open();
    const second = await connect(api.url('live'));
    await faults.set('socket.cut', { probability: 0 });
    expect(api.connectionCount()).toBe(2);
    await faults.set('socket.cut');
    expect([(await client.closed).code, (await second.closed).code]).toEqual([1006, 1006]);
    expect(faults.injected()).toEqual({ 'socket.cut': 2 });
    for (const _ of [client, second])
      expect((await api.event('DISCONNECT')).requestContext['disconnectStatusCode']).toBe(1006);
  });
});

describe('a post', () => {
  it('is witnessed with its outcome, however it ends, and by whom it was made', async () => {
    const { api, id, faults, seen, clock } = await open();
    await call(api, id, 'POST', 'done');
    await call(api, id, 'GET');
    await call(api, 'L0SM9cOFvHcCIhw=', 'POST', 'to nobody', 'ASIAOTHER');
    await faults.set('connections.throttle');
    await call(api, id, 'POST', 'throttled');
    const post = { hop: 'posted', at: clock.time, connectionId: id, functionName: 'alarm' };
    expect(seen).toEqual([
      { ...post, status: 200, frame: 'done' },
      { hop: 'posted', at: clock.time, connectionId: 'L0SM9cOFvHcCIhw=', status: 410, frame: 'to nobody' },
      { ...post, status: 429, frame: 'throttled' },
    ]);
  });

  it('tells the session token that it was signed with, once it was done', async () => {
    const { api, id, faults, posted } = await open();
    await faults.set('connections.error', { times: 1 });
    await call(api, id, 'POST', 'refused');
    expect(posted).toEqual([]);
    await call(api, id, 'POST', 'done');
    expect(posted).toEqual(['token-1']);
  });
});

describe('the meter', () => {
  it('counts posts by function, those that fail too', async () => {
    const { api, id, meter } = await open();
    await call(api, id, 'POST', 'x');
    await call(api, 'L0SM9cOFvHcCIhw=', 'POST', 'x');
    await call(api, id, 'POST', 'x', 'ASIAOTHER');
    await call(api, id, 'GET');
    expect(meter.read()['lambda.posts']).toEqual({ alarm: 2 });
  });

  it('counts messages both ways in steps of 32 KB, and bytes out', async () => {
    const meter = createMeter();
    const answering = { RouteResponseSelectionExpression: '$default' };
    const echo = [...base(), ...route('$connect'), ...route('$default', answering)];
    const api = await start(
      echo,
      { connect: handlers.connect, default: ({ body }) => ({ statusCode: 200, body }) },
      { meter },
    );
    const { ws, frame } = await connect(api.url('live'));
    const { requestContext } = await api.event('CONNECT');
    await call(api, requestContext.connectionId, 'POST', 'x'.repeat(32 * 1024 + 1));
    await frame();
    expect(meter.read()).toMatchObject({
      'websocket.messages': { api: 2 },
      'websocket.bytes-out': { api: 32_769 },
    });
    ws.send('né');
    await api.event('MESSAGE');
    expect(meter.read()['websocket.messages']?.['api']).toBe(3);
  });

  it('counts how long connections were open, those that still are too', async () => {
    const { api, client, meter, clock, wait } = await open();
    const time = () => meter.read()['websocket.connection-ms']?.['api'];
    const second = await connect(api.url('live'));
    clock.time += 5_000;
    client.ws.close();
    await api.event('DISCONNECT');
    expect(time()).toBe(10_000);
    clock.time += 300;
    const next = wait(1_000);
    second.ws.close();
    await api.event('DISCONNECT');
    expect(time()).toBe(10_300);
    await connect(api.url('live'));
    clock.time += 1_000;
    (await next)();
    expect(time()).toBe(11_300);
    await api.close();
    expect(time()).toBe(11_300);
  });
});

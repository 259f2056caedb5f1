import { connect as connectTcp } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { scaledClock } from '../clock.ts';
import {
  authorized,
  authorizer,
  base,
  connect,
  refusal,
  route,
  start,
  stopAll,
} from './webSocketApi.testing.ts';

afterEach(stopAll);

const ok = { statusCode: 200 };
const arn = 'arn:aws:execute-api:eu-west-1:000000000000:api/live/$connect';
const policy = (effect: string, resource: string) => ({
  principalId: 'ann',
  policyDocument: { Statement: [{ Effect: effect, Action: 'execute-api:Invoke', Resource: resource }] },
});
const guarded = [
  ...base(),
  ...route('$connect', authorized),
  authorizer(['route.request.querystring.t']),
  ...route('$default'),
  ...route('$disconnect'),
];

describe('a handshake', () => {
  it('opens without a $connect route', async () => {
    const api = await start([...base(), ...route('$default')], {});
    const { ws } = await connect(api.url('live'));
    expect(ws.protocol).toBe('');
  });

  it('without Upgrade is answered 426, on an unknown stage 403', async () => {
    const api = await start([...base(), ...route('$default')], {});
    expect((await fetch(api.managementUrl('live'))).status).toBe(426);
    expect((await fetch(api.managementUrl('other'))).status).toBe(403);
    expect(await refusal(api.url('other'))).toMatchObject({ status: 403 });
  });

  it('over the throttle is answered 429', async () => {
    const stage = base({ RouteSettings: { $connect: { ThrottlingRateLimit: 0, ThrottlingBurstLimit: 0 } } });
    const api = await start([...stage, ...route('$default')], {});
    expect(await refusal(api.url('live'))).toMatchObject({ status: 429 });
  });

  const answers: [what: string, status: number, answer: () => unknown][] = [
    ['a status of its own', 418, () => ({ statusCode: 418 })],
    ['null', 502, () => null],
    [
      'a header that breaks lines',
      502,
      () => ({ ...ok, headers: { 'sec-websocket-protocol': 'a\r\nb: c' } }),
    ],
    ['no permission', 500, () => ({ denied: 'no permission' })],
    [
      'an error',
      502,
      () => {
        throw new Error('x');
      },
    ],
    ['nothing within 29 s', 502, () => new Promise(() => undefined)],
  ];
  it.each(answers)('whose $connect gives %s ends with %i', async (_what, status, answer) => {
    // Without its course, so that work passes faster too.
    const { now, after } = scaledClock(500);
    const api = await start(
      [...base(), ...route('$connect')],
      { connect: answer },
      { clock: { now, after } },
    );
    expect(await refusal(api.url('live'))).toMatchObject({ status });
    expect(api.connectionCount()).toBe(0);
  });

  it('echoes the subprotocol that $connect returns, in any case, and no other', async () => {
    const api = await start([...base(), ...route('$connect')], {
      connect: ({ headers }) => ({
        ...ok,
        headers: headers?.['Sec-WebSocket-Protocol'] === 'a,b' ? { 'SEC-WebSocket-protocol': 'b' } : {},
      }),
    });
    expect((await connect(api.url('live'), ['a', 'b'])).ws.protocol).toBe('b');
    await expect(connect(api.url('live'), ['c'])).rejects.toThrow('no subprotocol');
  });

  it('hands on headers in the case of the client, and the query', async () => {
    const api = await start([...base(), ...route('$connect')], { connect: () => ok });
    await connect(`${api.url('live')}?a=1&a=2`, { headers: { 'X-oDD': ['1', '2'], Origin: 'http://o' } });
    const event = await api.event('CONNECT');
    expect(event).toMatchObject({
      headers: { 'X-oDD': '2', Origin: 'http://o', 'X-Forwarded-For': '127.0.0.1' },
      multiValueHeaders: { 'X-oDD': ['1', '2'] },
      queryStringParameters: { a: '2' },
      multiValueQueryStringParameters: { a: ['1', '2'] },
      requestContext: { routeKey: '$connect', eventType: 'CONNECT' },
      isBase64Encoded: false,
    });
    expect(Object.keys(event)).not.toContain('body');
    expect(event.requestContext).not.toHaveProperty('messageId');
  });

  it('without a query has no query keys', async () => {
    const api = await start([...base(), ...route('$connect')], { connect: () => ok });
    await connect(api.url('live'));
    const event = await api.event('CONNECT');
    expect(Object.keys(event)).toEqual(['headers', 'multiValueHeaders', 'requestContext', 'isBase64Encoded']);
  });

  it('that is abandoned after $connect let it in is told to $disconnect', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const resources = [...base(), ...route('$connect'), ...route('$disconnect')];
    const api = await start(resources, { connect: () => held.then(() => ok) });
    const socket = connectTcp(api.port, '127.0.0.1');
    socket.write(
      'GET /live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    );
    await api.event('CONNECT');
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.end();
    await closed;
    release();
    const event = await api.event('DISCONNECT');
    expect(event.requestContext['disconnectStatusCode']).toBe(1006);
    expect(api.connectionCount()).toBe(0);
  });
});

describe('the authorizer', () => {
  const table: [what: string, status: number, answer: () => unknown][] = [
    [
      'throws Unauthorized',
      401,
      () => {
        throw new Error('Unauthorized');
      },
    ],
    [
      'throws anything else',
      500,
      () => {
        throw new Error('unauthorized');
      },
    ],
    ['denies', 403, () => policy('Deny', arn)],
    ['allows another path', 403, () => policy('Allow', arn.replace('$connect', '*/*'))],
    ['returns no principal', 500, () => ({ ...policy('Allow', arn), principalId: undefined })],
    ['returns a nested context', 500, () => ({ ...policy('Allow', arn), context: { a: {} } })],
    ['returns more than 8 KB', 500, () => ({ ...policy('Allow', arn), context: { a: 'x'.repeat(8192) } })],
    ['may not be invoked', 500, () => ({ denied: 'no permission' })],
  ];
  it.each(table)('that %s gives %i', async (_what, status, answer) => {
    const api = await start(guarded, { authorizer: answer, connect: () => ok });
    expect(await refusal(`${api.url('live')}?t=1`)).toMatchObject({ status });
    expect(api.events).toEqual([]);
  });

  it('is not asked when an identity source is missing: 401', async () => {
    const api = await start(guarded, { authorizer: () => policy('Allow', '*') });
    expect(await refusal(`${api.url('live')}?t=`)).toMatchObject({ status: 401 });
    expect(api.callers).toEqual([]);
  });

  it('adds its context as strings to every later event', async () => {
    const api = await start(guarded, {
      authorizer: ({ type, methodArn }) =>
        type === 'REQUEST' && methodArn === arn
          ? { ...policy('Allow', '*'), context: { n: 1, b: true, s: 'x' } }
          : null,
      connect: () => ok,
      default: () => ok,
      disconnect: () => ok,
    });
    const { ws } = await connect(`${api.url('live')}?t=1`);
    ws.send('hi');
    const seen = [await api.event('CONNECT'), await api.event('MESSAGE')];
    ws.close();
    seen.push(await api.event('DISCONNECT'));
    for (const { requestContext } of seen)
      expect(requestContext['authorizer']).toStrictEqual({
        principalId: 'ann',
        integrationLatency: expect.any(Number) as unknown,
        n: '1',
        b: 'true',
        s: 'x',
      });
    expect(api.callers[0]?.sourceArn).toBe('arn:aws:execute-api:eu-west-1:000000000000:api/authorizers/auth');
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { scaledClock } from '../clock.ts';
import { base, connect, resource, route, start, stopAll, type Handlers } from './webSocketApi.testing.ts';

afterEach(stopAll);

const ok = { statusCode: 200 };
const response = [
  ...route('echo', { RouteResponseSelectionExpression: '$default' }),
  resource('RouteResponse', 'Response', { RouteId: 'routeecho', RouteResponseKey: '$default' }),
];
const echo: Handlers = { echo: ({ body }) => ({ statusCode: 200, body }) };
const fence = '{"action":"echo","fence":true}';

describe('error frames, to the byte', () => {
  const never = new Promise(() => undefined);
  const table: [cause: string, message: string, answer: () => unknown, speed?: number][] = [
    [
      'the function throws',
      'Internal server error',
      () => {
        throw new Error('no');
      },
    ],
    ['it returns null', 'Internal server error', () => null],
    ['it returns an unknown key', 'Internal server error', () => ({ ...ok, extra: 1 })],
    ['it returns a text', 'Internal server error', () => 'done'],
    ['its body is an object', 'Internal server error', () => ({ ...ok, body: {} })],
    ['it may not be invoked', 'Internal server error', () => ({ denied: 'no permission' })],
    ['it takes longer than 29 s', 'Endpoint request timed out', () => never, 1000],
  ];
  it.each(table)('%s: %s', async (_cause, message, answer, speed = 1) => {
    // Without its course, so that work passes faster too.
    const { now, after } = scaledClock(speed);
    const api = await start([...base(), ...route('go')], { go: answer }, { clock: { now, after } });
    const { ws, frame } = await connect(api.url('live'));
    ws.send('{"action":"go"}');
    const { requestContext } = await api.event('MESSAGE');
    const ids = `"connectionId":"${requestContext.connectionId}", "requestId":"${requestContext.requestId}"`;
    expect(await frame()).toBe(`{"message": "${message}", ${ids}}`);
  });

  it('no route and no $default: Forbidden, and the socket stays open', async () => {
    const api = await start([...base(), ...response], echo);
    const { ws, frame } = await connect(api.url('live'));
    for (const text of ['{"action":"nope"}', 'not json', '[]', '{"action":"$connect"}']) {
      ws.send(text);
      expect(await frame()).toMatch(
        /^\{"message": "Forbidden", "connectionId":"[\w-]{15}=", "requestId":"[\w-]{15}="\}$/,
      );
    }
    ws.send(fence);
    expect(await frame()).toBe(fence);
  });

  it('the stage throttle: Too Many Requests', async () => {
    const stage = base({ DefaultRouteSettings: { ThrottlingRateLimit: 0, ThrottlingBurstLimit: '1' } });
    const api = await start([...stage, ...response], echo);
    const { ws, frame } = await connect(api.url('live'));
    ws.send(fence);
    expect(await frame()).toBe(fence);
    ws.send(fence);
    expect(await frame()).toMatch(/^\{"message": "Too Many Requests", "connectionId":/);
  });
});

describe('a message route', () => {
  it('sends nothing for a 4xx or 5xx, nor a body without a route response', async () => {
    const api = await start([...base(), ...route('go'), ...response], {
      ...echo,
      go: ({ body }) => ({ statusCode: body?.includes('bad') ? 500 : 200, body: 'unseen' }),
    });
    const { ws, frame } = await connect(api.url('live'));
    ws.send('{"action":"go","bad":1}');
    ws.send('{"action":"go"}');
    await api.event('MESSAGE');
    await api.event('MESSAGE');
    ws.send(fence);
    expect(await frame()).toBe(fence);
  });

  it('sends no body when only one of expression and route response is there', async () => {
    const [onlyRoute, integration] = route('half', { RouteResponseSelectionExpression: '$default' });
    const halves = [onlyRoute, integration].filter((part) => part !== undefined);
    const api = await start([...base(), ...halves, ...response], {
      ...echo,
      half: () => ({ ...ok, body: 'unseen' }),
    });
    const { ws, frame } = await connect(api.url('live'));
    ws.send('{"action":"half"}');
    await api.event('MESSAGE');
    ws.send(fence);
    expect(await frame()).toBe(fence);
  });

  it('gets an event with body and ids, without headers', async () => {
    const api = await start([...base({ StageVariables: { tier: 'gold' } }), ...route('$default')], {
      default: () => ok,
    });
    const { ws } = await connect(api.url('live'), { headers: { 'User-Agent': 'probe' } });
    ws.send('plain text');
    const event = await api.event('MESSAGE');
    const { requestContext } = event;
    const id = expect.stringMatching(/^[\w-]{15}=$/) as unknown;
    expect(event).toStrictEqual({
      stageVariables: { tier: 'gold' },
      body: 'plain text',
      isBase64Encoded: false,
      requestContext: {
        routeKey: '$default',
        messageId: id,
        eventType: 'MESSAGE',
        extendedRequestId: requestContext.requestId,
        requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/) as unknown,
        messageDirection: 'IN',
        stage: 'live',
        connectedAt: expect.any(Number) as unknown,
        requestTimeEpoch: expect.any(Number) as unknown,
        identity: { userAgent: 'probe', sourceIp: '127.0.0.1' },
        requestId: id,
        domainName: 'api.execute-api.eu-west-1.amazonaws.com',
        connectionId: id,
        apiId: 'api',
      },
    });
    expect(api.callers.at(-1)).toStrictEqual({
      functionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:default',
      sourceArn: 'arn:aws:execute-api:eu-west-1:000000000000:api/live/$default',
    });
  });

  it('runs messages of one connection at the same time', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const api = await start([...base(), ...response], {
      echo: async ({ body }) => {
        if (body?.includes('slow')) await held;
        return { ...ok, body };
      },
    });
    const { ws, frame } = await connect(api.url('live'));
    ws.send('{"action":"echo","slow":1}');
    ws.send(fence);
    expect(await frame()).toBe(fence);
    release();
    expect(await frame()).toContain('slow');
  });
});

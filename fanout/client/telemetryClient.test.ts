import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { limits } from '../limits.ts';
import type { Request } from '../protocol.ts';
import { TelemetryClient, type ClientError, type ClientOptions } from './telemetryClient.ts';

const opened: { close: () => unknown }[] = [];
// The back-off draws its wait from Math.random; without one, reconnects follow at once.
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0));
afterEach(() => opened.splice(0).forEach((one) => one.close()));

type Answer = (request: Request) => object | undefined;

const byContract: Answer = (request) => {
  const id = request.id === undefined ? {} : { id: request.id };
  if (request.action === 'hello')
    return {
      type: 'welcome',
      ...id,
      connectionId: 'c1',
      edge: 'serverless',
      serverTime: Date.now(),
      closesAt: Date.now() + limits.connectionMs,
      tokenExpiresAt: Date.now() + limits.connectionMs,
      heartbeatMs: limits.heartbeatMs,
      limits: { frameBytes: 32_768, subscriptions: 50, actionsPerSecond: 10, actionsBurst: 20 },
      grants: ['*'],
    };
  if (request.action === 'ping') return { type: 'pong', ...id, serverTime: Date.now() + 5_000 };
  return request.action === 'subscribe'
    ? { type: 'subscribed', ...id, to: request.to, at: Date.now() }
    : undefined;
};

/** A server on a free port that tells every request to `heard`, and answers. */
const startServer = async () => {
  const requests: Request[] = [];
  const waiting: { action: string; resolve: (request: Request) => void }[] = [];
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => {
    socket.on('message', (message: Buffer) => {
      // What arrives is what the client under test made of its own Request type.
      const request = JSON.parse(message.toString()) as Request;
      requests.push(request);
      waiting
        .filter(({ action }) => action === request.action)
        .forEach((one) => {
          waiting.splice(waiting.indexOf(one), 1);
          one.resolve(request);
        });
      const frame = byContract(request);
      if (frame !== undefined) socket.send(JSON.stringify(frame));
    });
  });
  const cut = () => server.clients.forEach((socket) => socket.terminate());
  opened.push({ close: cut }, server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  return {
    server,
    requests,
    url: `ws://127.0.0.1:${port}`,
    heard: (action: Request['action']) =>
      new Promise<Request>((resolve) => waiting.push({ action, resolve })),
    say: (frame: object) => server.clients.forEach((socket) => socket.send(JSON.stringify(frame))),
    cut,
  };
};

const connect = (url: string, options: Partial<ClientOptions> = {}): TelemetryClient => {
  const client = new TelemetryClient({ url, token: () => Promise.resolve('t0ken'), WebSocket, ...options });
  opened.push(client);
  return client;
};

const entered = (client: TelemetryClient, state: TelemetryClient['state']) =>
  new Promise<void>((resolve) => {
    if (client.state === state) resolve();
    client.on('state', (now) => now === state && resolve());
  });

const nextError = (client: TelemetryClient) =>
  new Promise<ClientError>((resolve) => client.on('error', resolve));

describe('a client', () => {
  it('offers the subprotocol and its token, says who it is, and is live once welcomed', async () => {
    const { server, url, heard } = await startServer();
    const hello = heard('hello');
    const handshake = once(server, 'connection');
    const client = connect(url, { client: 'test' });
    expect(client.state).toBe('connecting');
    await entered(client, 'live');
    const [, { headers }] = (await handshake) as [WebSocket, { headers: Record<string, string> }];
    expect(headers['sec-websocket-protocol']).toBe('fieldcast.v1,bearer.t0ken');
    expect(await hello).toMatchObject({ action: 'hello', client: 'test' });
  });

  it('tells a frame that breaks the contract as an error', async () => {
    const { url, say } = await startServer();
    const client = connect(url);
    await entered(client, 'live');
    const error = nextError(client);
    say({ type: 'sensor_update', deviceId: '<b>' });
    expect(await error).toMatchObject({ code: 'bad_frame' });
  });
});

describe('the clock of the server', () => {
  it('is read within half a round trip', async () => {
    const { url } = await startServer();
    const reading = await connect(url).readClock();
    if (!reading.ok) throw new Error(reading.error.message);
    expect(reading.roundTripMs).toBeGreaterThanOrEqual(0);
    expect(Math.abs(reading.aheadMs - 5_000)).toBeLessThanOrEqual(reading.roundTripMs / 2 + 1);
  });
});

describe('a client that waits to try again', () => {
  it('tells how long, and tries at once when it is told to', async () => {
    const { url, cut } = await startServer();
    const client = connect(url);
    await entered(client, 'live');
    vi.spyOn(Math, 'random').mockReturnValue(0.9);
    const retry = new Promise((resolve) => client.on('retry', resolve));
    cut();
    expect(await retry).toEqual({ inMs: 900, failures: 1 });
    vi.spyOn(Math, 'random').mockReturnValue(1e6); // A test that waits for it waits in vain.
    client.connectNow();
    await entered(client, 'live');
  });
});

describe('a subscription', () => {
  it('is asked for again after the socket was torn, under the same id', async () => {
    const { url, heard, cut } = await startServer();
    const client = connect(url);
    const result = await client.subscribe({ type: 'kettle' });
    const again = heard('subscribe');
    cut();
    await entered(client, 'offline');
    expect(await again).toMatchObject({ id: result.ok && result.subscription.id, to: { type: 'kettle' } });
  });
});

describe('a client that is not let in', () => {
  it('is refused as soon as the server answers 401', async () => {
    const server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      verifyClient: (_, done) => done(false, 401),
    });
    opened.push(server);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
    const client = connect(`ws://127.0.0.1:${port}`);
    expect((await nextError(client)).message).toContain('401');
    expect(client.state).toBe('refused');
  });

  it('is taken for refused after three handshakes without a reason', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    opened.push(server);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
    const client = connect(`ws://127.0.0.1:${port}`);
    const told: string[] = [];
    client.on('error', ({ code }) => told.push(`${code} while ${client.state}`));
    await entered(client, 'refused');
    expect(told).toEqual([
      'handshake_failed while connecting',
      'handshake_failed while connecting',
      'handshake_failed while refused',
    ]);
  });

  it('asks for a new token before every attempt', async () => {
    const { url } = await startServer();
    let calls = 0;
    const token = () => (++calls === 1 ? Promise.reject(new Error('no issuer')) : Promise.resolve('t2'));
    const client = connect(url, { token });
    const { code, message } = await nextError(client);
    expect([code, client.state]).toEqual(['token_failed', 'offline']);
    expect(message).toContain('no issuer');
    await entered(client, 'live');
    expect(calls).toBe(2);
  });
});

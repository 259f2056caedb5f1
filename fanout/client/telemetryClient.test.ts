import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Frame, Request } from '../protocol.ts';
import { TelemetryClient, type ClientError, type ClientOptions } from './telemetryClient.ts';

const opened: { close: () => unknown }[] = [];
// The back-off draws its wait from Math.random; without one, reconnects follow at once.
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0));
afterEach(() => opened.splice(0).forEach((one) => one.close()));

const update = (seq: number): Frame => ({
  type: 'sensor_update',
  deviceId: 'kettle-1',
  region: 'eu-west',
  ts: 1,
  receivedAt: 2,
  sentAt: 3,
  boot: 1,
  seq,
  data: { temperature: 20.5 },
});

type Answer = (request: Request, socket: WebSocket) => object | undefined;

/** Answers as the contract says; `heartbeatMs` is long enough never to matter unless a test says so. */
const byContract =
  (heartbeatMs = 60_000): Answer =>
  (request) => {
    const id = request.id === undefined ? {} : { id: request.id };
    if (request.action === 'hello')
      return {
        type: 'welcome',
        ...id,
        connectionId: 'c1',
        edge: 'serverless',
        serverTime: 1,
        closesAt: 2,
        heartbeatMs,
        limits: { frameBytes: 32_768, subscriptions: 50 },
        grants: ['*'],
      };
    if (request.action === 'subscribe') return { type: 'subscribed', ...id, to: request.to };
    if (request.action === 'unsubscribe') return { type: 'unsubscribed', ...id };
    if (request.action === 'ping') return { type: 'pong', ...id, serverTime: 1 };
    return { type: 'subscriptions', ...id, items: [] };
  };

/** A server on a free port that tells every request to `heard`, and answers. */
const startServer = async (answer: Answer = byContract()) => {
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
      const frame = answer(request, socket);
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

  it('gives each reading once, though the server sent it twice', async () => {
    const { url, say } = await startServer();
    const client = connect(url);
    await entered(client, 'live');
    const updates = client.updates();
    [1, 2, 1, 3].forEach((seq) => say(update(seq)));
    const seqs = [];
    for await (const { seq } of updates) if (seqs.push(seq) === 3) break;
    expect(seqs).toEqual([1, 2, 3]);
  });

  it('passes over frames of a later version', async () => {
    const { url, say } = await startServer();
    const client = connect(url);
    await entered(client, 'live');
    const errors: ClientError[] = [];
    client.on('error', (error) => errors.push(error));
    const updates = client.updates();
    say({ type: 'rollover', before: 7 });
    say(update(1));
    await updates.next();
    expect(errors).toEqual([]);
  });

  it('tells a frame that breaks the contract as an error', async () => {
    const { url, say } = await startServer();
    const client = connect(url);
    await entered(client, 'live');
    const error = nextError(client);
    say({ type: 'sensor_update', deviceId: '<b>' });
    expect(await error).toMatchObject({ code: 'bad_frame' });
  });

  it('pings as often as the welcome told', async () => {
    const { url, heard } = await startServer(byContract(5));
    const [first, second] = [heard('ping'), heard('ping')];
    connect(url);
    expect((await first).id).toBe((await second).id);
    expect((await heard('ping')).id).not.toBe((await first).id);
  });

  it('that is closed ends its iterations and answers with an error', async () => {
    const { url } = await startServer((request, socket) =>
      request.action === 'subscribe' ? undefined : byContract()(request, socket),
    );
    const client = connect(url);
    await entered(client, 'live');
    const [updates, subscribed] = [client.updates(), client.subscribe({ region: 'eu-west' })];
    client.close();
    expect(client.state).toBe('offline');
    expect(await updates.next()).toEqual({ done: true, value: undefined });
    expect(await subscribed).toMatchObject({ ok: false, error: { code: 'closed' } });
    expect(await client.subscriptions()).toMatchObject({ ok: false, error: { code: 'closed' } });
  });
});

describe('a subscription', () => {
  it('asked for before there is a connection is made once there is one', async () => {
    const { url, heard } = await startServer();
    const asked = heard('subscribe');
    const result = await connect(url).subscribe({ region: 'eu-west' });
    expect(await asked).toMatchObject({ to: { region: 'eu-west' } });
    expect(result).toMatchObject({ ok: true, subscription: { to: { region: 'eu-west' } } });
  });

  it('that the server refuses is an error value', async () => {
    const { url } = await startServer((request, socket) =>
      request.action === 'subscribe'
        ? { type: 'error', code: 'not_granted', message: 'Not yours.', id: request.id }
        : byContract()(request, socket),
    );
    expect(await connect(url).subscribe({ device: 'kettle-1' })).toMatchObject({
      ok: false,
      error: { code: 'not_granted', message: 'Not yours.' },
    });
  });

  it('fails and is told when API Gateway answers in the place of our code', async () => {
    const { url } = await startServer((request, socket) =>
      request.action === 'subscribe'
        ? { message: 'Internal server error', connectionId: 'c1', requestId: 'r1' }
        : byContract()(request, socket),
    );
    const client = connect(url);
    const error = nextError(client);
    expect(await client.subscribe({ device: 'kettle-1' })).toMatchObject({
      ok: false,
      error: { code: 'edge_error' },
    });
    expect((await error).message).toContain('Internal server error');
  });

  it('is asked for again after a reconnect, under the same id', async () => {
    const { url, heard, cut } = await startServer();
    const client = connect(url);
    const result = await client.subscribe({ type: 'kettle' });
    const again = heard('subscribe');
    cut();
    await entered(client, 'offline');
    expect(await again).toMatchObject({
      id: result.ok && result.subscription.id,
      to: { type: 'kettle' },
    });
    await entered(client, 'live');
  });

  it('that was unanswered when the connection was lost is asked for on the next', async () => {
    let first = true;
    const { url } = await startServer((request, socket) => {
      if (request.action !== 'subscribe' || !first) return byContract()(request, socket);
      first = false;
      socket.terminate();
      return undefined;
    });
    expect(await connect(url).subscribe({ type: 'kettle' })).toMatchObject({ ok: true });
  });

  it('that the server refuses after a reconnect is told, and not asked for a third time', async () => {
    let granted = true;
    const { url, cut, heard, requests } = await startServer((request, socket) =>
      request.action === 'subscribe' && !granted
        ? { type: 'error', code: 'not_granted', message: 'Not yours.', id: request.id }
        : byContract()(request, socket),
    );
    const client = connect(url);
    await client.subscribe({ type: 'kettle' });
    granted = false;
    const error = nextError(client);
    cut();
    expect((await error).message).toBe('No more readings of type kettle. Not yours.');
    const asked = requests.filter(({ action }) => action === 'subscribe').length;
    const nextHello = heard('hello');
    cut();
    await nextHello;
    await client.subscriptions();
    expect(requests.filter(({ action }) => action === 'subscribe')).toHaveLength(asked);
  });

  it('ends when asked to', async () => {
    const { url, heard } = await startServer();
    const result = await connect(url).subscribe({ type: 'kettle' });
    const asked = heard('unsubscribe');
    expect(result.ok && (await result.subscription.unsubscribe())).toMatchObject({ ok: true });
    expect((await asked).id).toBe(result.ok && result.subscription.id);
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

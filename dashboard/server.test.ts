import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { cacheControl } from './cacheControl.ts';
import { precompress } from './precompress.ts';
import { createDashboard, startDashboard, type DevelopmentToken } from './server.ts';

const directory = mkdtempSync(join(tmpdir(), 'dashboard-'));
mkdirSync(join(directory, 'assets'));
writeFileSync(join(directory, 'index.html'), '<!doctype html><title>page</title>');
writeFileSync(join(directory, '.sources'), 'hash');
writeFileSync(join(directory, 'assets', 'index-abc123.js'), '1');
await precompress(directory);
afterAll(() => rmSync(directory, { recursive: true }));

const config = { webSocketUrl: 'ws://127.0.0.1:4001/live', suggestions: { regions: ['r'], types: [] } };
const sign: DevelopmentToken = ({ grants = ['*'] }) => Promise.resolve(`token for ${grants.join()}`);
const app = (developmentToken?: DevelopmentToken) =>
  createDashboard({ port: 4000, config, directory, ...(developmentToken && { developmentToken }) });
const ask = {
  method: 'POST',
  url: '/development-token',
  headers: { host: 'localhost:4000' },
} as const;

describe('the page', () => {
  it('is asked for anew each time, its hashed assets never', async () => {
    const dashboard = await app();
    const page = await dashboard.inject('/');
    expect([page.statusCode, page.headers['cache-control']]).toEqual([200, 'no-cache']);
    const asset = await dashboard.inject('/assets/index-abc123.js');
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  it('may run no inline script or style, and connect here and to the WebSocket API only', async () => {
    const { headers } = await (await app()).inject('/');
    const policy = String(headers['content-security-policy']);
    expect(policy).not.toContain('unsafe');
    expect(policy).toContain("connect-src 'self' ws://127.0.0.1:4001;");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
    expect(headers['permissions-policy']).toContain('geolocation=()');
  });

  it('may ask for tokens where people sign in, and nothing else of that place', async () => {
    const signIn = {
      authorizeUrl: 'https://login.example.com/oauth2/authorize',
      tokenUrl: 'https://tokens.example.com/oauth2/token',
      revokeUrl: 'https://tokens.example.com/oauth2/revoke',
      logoutUrl: 'https://login.example.com/logout',
      clientId: 'page',
    };
    const dashboard = await createDashboard({
      ...{ port: 4000, directory },
      config: { webSocketUrl: 'wss://api.example.com/live', signIn },
    });
    const { headers } = await dashboard.inject('/');
    expect(headers['content-security-policy']).toContain(
      "connect-src 'self' wss://api.example.com https://tokens.example.com;",
    );
    expect(headers['strict-transport-security']).toBeDefined();
    expect((await dashboard.inject('/config.json')).json()).toMatchObject({ signIn });
  });

  it.each(['/.sources', '/../server.ts', '/nothing'])('is all there is: %s is not found', async (url) => {
    const { statusCode, headers } = await (await app()).inject(url);
    expect(statusCode).toBe(404);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it.each([
    ['br', 'gzip, deflate, br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
  ] as const)('comes compressed as %s to whoever takes %s', async (encoding, accepted, decompress) => {
    const dashboard = await app();
    for (const [url, type, text] of [
      ['/', 'text/html', '<!doctype html><title>page</title>'],
      ['/assets/index-abc123.js', 'application/javascript', '1'],
    ] as const) {
      const reply = await dashboard.inject({ url, headers: { 'accept-encoding': accepted } });
      expect(reply.headers['content-encoding']).toBe(encoding);
      expect(reply.headers['content-type']).toBe(`${type}; charset=utf-8`);
      expect(reply.headers.vary).toBe('accept-encoding');
      expect(reply.headers['cache-control']).toBe(cacheControl(url));
      expect(decompress(reply.rawPayload).toString()).toBe(text);
    }
  });

  it('comes as it is to whoever takes nothing else, and caches are told that others may get something else', async () => {
    const { headers, body } = await (await app()).inject('/');
    expect(headers).not.toHaveProperty('content-encoding');
    expect(headers.vary).toBe('accept-encoding');
    expect(body).toBe('<!doctype html><title>page</title>');
  });

  it('is not sent again to whoever has it', async () => {
    const dashboard = await app();
    for (const encoding of ['br', 'identity']) {
      const headers = { 'accept-encoding': encoding };
      const { etag } = (await dashboard.inject({ url: '/', headers })).headers;
      const again = await dashboard.inject({ url: '/', headers: { ...headers, 'if-none-match': etag } });
      expect([again.statusCode, again.body, again.headers['cache-control']]).toEqual([304, '', 'no-cache']);
    }
  });

  it.each(['/', '/assets/index-abc123.js', '/config.json', '/healthz'])(
    'is told of by HEAD %s without being sent',
    async (url) => {
      const dashboard = await app();
      const [head, get] = [await dashboard.inject({ method: 'HEAD', url }), await dashboard.inject(url)];
      expect([head.statusCode, head.body]).toEqual([200, '']);
      for (const name of ['content-type', 'content-length', 'cache-control'])
        expect(head.headers[name]).toBe(get.headers[name]);
    },
  );

  it('is at /, says whoever asks for anything else', async () => {
    const reply = await (await app()).inject('/nothing');
    expect(reply.json()).toEqual({
      code: 'not_found',
      message: 'There is nothing at this address; the page is at /.',
    });
  });

  it('is missed by the health check where it is not built', async () => {
    const empty = await createDashboard({ port: 4000, config, directory: join(directory, 'assets') });
    const reply = await empty.inject('/healthz');
    expect([reply.statusCode, reply.json<{ status: string }>().status]).toEqual([503, 'no page']);
  });

  it('has to stay on https where the WebSocket API is there, and nowhere else', async () => {
    const served = async (webSocketUrl: string) =>
      (await createDashboard({ port: 4000, directory, config: { webSocketUrl } })).inject('/');
    const name = 'strict-transport-security';
    expect((await served('wss://live.example/live')).headers[name]).toMatch(/^max-age=\d{8}/);
    expect((await served('ws://127.0.0.1:4001/live')).headers).not.toHaveProperty(name);
  });

  it('learns where the WebSocket API is, and whether there are tokens', async () => {
    expect((await (await app()).inject('/config.json')).json()).toEqual({
      ...config,
      developmentToken: false,
    });
    expect((await (await app(sign)).inject('/config.json')).json()).toMatchObject({ developmentToken: true });
  });
});

describe('POST /development-token', () => {
  it('does not exist unless there is somebody to sign', async () => {
    expect((await (await app()).inject(ask)).statusCode).toBe(404);
  });

  it('gives our page a token that no cache keeps', async () => {
    const reply = await (await app(sign)).inject({ ...ask, payload: { grants: ['region:r'] } });
    expect(reply.json()).toEqual({ token: 'token for region:r' });
    expect(reply.headers['cache-control']).toBe('no-store');
  });

  it('needs no body', async () => {
    expect((await (await app(sign)).inject(ask)).json()).toEqual({ token: 'token for *' });
  });

  it('refuses another page before it reads what that sends', async () => {
    const headers = { host: 'localhost:4000', origin: 'https://evil.example', 'content-type': 'text/html' };
    const reply = await (await app(sign)).inject({ ...ask, headers, payload: '<>' });
    expect(reply.statusCode).toBe(403);
    expect(reply.json()).toMatchObject({ code: 'not_own_page' });
    expect(reply.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('answers no CORS preflight', async () => {
    const headers = {
      host: 'localhost:4000',
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
    };
    const reply = await (await app(sign)).inject({ ...ask, method: 'OPTIONS', headers });
    expect(reply.statusCode).toBe(404);
    expect(reply.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it.each([{ grants: 'all' }, { grants: [7] }, { admin: true }])('refuses %j', async (payload) => {
    expect((await (await app(sign)).inject({ ...ask, payload })).statusCode).toBe(400);
  });
});

describe('a dashboard that listens', () => {
  const start = (port: number) =>
    startDashboard({ host: '127.0.0.1', port, config, directory, developmentToken: sign });

  it('is well, and knows its own address', async () => {
    const { url, close } = await start(0);
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
    const token = await fetch(`${url}/development-token`, { method: 'POST' });
    expect(await token.json()).toEqual({ token: 'token for *' });
    await close();
  });

  it('closes though a client keeps its connection open', async () => {
    const { url, close } = await start(0);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
    const ended = once(socket, 'close');
    await close();
    await ended;
  });

  it('says which port is taken and how to move it', async () => {
    const { url, close } = await start(0);
    const { port } = new URL(url);
    await expect(start(Number(port))).rejects.toMatchObject({
      code: 'port_taken',
      message: `Port ${port} is taken by another program; give the dashboard another with --dashboard-port.`,
    });
    await close();
  });
});

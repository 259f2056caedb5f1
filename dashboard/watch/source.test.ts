import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { findSource } from './source.ts';

const opened: { close: () => unknown }[] = [];
afterEach(() => opened.splice(0).forEach((server) => server.close()));

const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  opened.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // A TCP server's address is never a string.
  return `http://127.0.0.1:${port}`;
};

const dashboard = (developmentToken: boolean) =>
  serve(({ url, method }, response) => {
    const config = { webSocketUrl: 'ws://127.0.0.1:4001/live', developmentToken };
    if (url === '/config.json') response.end(JSON.stringify(config));
    else if (url === '/development-token' && method === 'POST') response.end('{"token":"t0ken"}');
    else response.writeHead(404).end();
  });

it('a dashboard knows where to connect, and signs a token', async () => {
  const source = await findSource({ dashboard: await dashboard(true) });
  expect(source.url).toBe('ws://127.0.0.1:4001/live');
  expect(await source.token()).toBe('t0ken');
});

it('what is given counts', async () => {
  const given = { url: 'wss://api.example/live', token: 'mine' };
  const both = await findSource({ ...given, dashboard: 'http://127.0.0.1:9' });
  expect([both.url, await both.token()]).toEqual([given.url, 'mine']);
  const token = await findSource({ token: 'mine', dashboard: await dashboard(false) });
  expect([token.url, await token.token()]).toEqual(['ws://127.0.0.1:4001/live', 'mine']);
});

it.each([
  [
    'is not there',
    () => Promise.resolve('http://127.0.0.1:9'),
    /run npm start, or give --url and --token\.$/,
  ],
  ['is something else', () => serve((_, response) => response.end('<html>')), /run npm start/],
  ['signs no tokens', () => dashboard(false), /give one with --token\.$/],
])('a dashboard that %s is told in a sentence', async (_, start, why) => {
  await expect(findSource({ dashboard: await start() })).rejects.toThrow(why);
});

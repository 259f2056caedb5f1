import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { startCuttableProxy, type CutSide } from './cuttableProxy.ts';

const server = createServer();
const edge = new WebSocketServer({ server });
let url: string;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/live`;
});
afterAll(() => server.close());

const closeCode = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => socket.once('close', resolve));

it.each<CutSide>(['client', 'edge', 'both'])(
  'a cut of %s ends both legs without a closing handshake',
  async (side) => {
    const proxy = await startCuttableProxy(url);
    const accepted = once(edge, 'connection') as Promise<[WebSocket, { url: string }]>;
    const client = new WebSocket(proxy.url);
    client.on('error', () => undefined);
    const opened = once(client, 'open');
    const [held, request] = await accepted;
    expect(request.url).toBe('/live');
    await opened;
    const ends = Promise.all([closeCode(client), closeCode(held)]);
    proxy.cut(side);
    expect(await ends).toEqual([1006, 1006]);
    expect(proxy.open()).toBe(0);
    await proxy.close();
  },
);

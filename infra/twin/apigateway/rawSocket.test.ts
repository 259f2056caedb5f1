import { connect as connectTcp, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { base, connect, route, start, stopAll, type TestApi } from './webSocketApi.testing.ts';

/** Bytes that no proper client sends: RFC 6455 violations and handshakes gone wrong. */

const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await stopAll();
});

const resources = [...base(), ...route('$default'), ...route('$disconnect')];
const handlers = { default: () => ({ statusCode: 200 }), disconnect: () => null };

const handshake = (extra = '', key = 'dGhlIHNhbXBsZSBub25jZQ==', version = '13'): string =>
  `GET /live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
  `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: ${version}\r\n${extra}\r\n`;

/** Sends bytes and returns everything that comes until the server closes. */
const exchange = (api: TestApi, ...parts: (string | Buffer)[]): Promise<Buffer> =>
  new Promise((resolve) => {
    const socket = connectTcp(api.port, '127.0.0.1');
    sockets.push(socket);
    const received: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(received)));
    for (const part of parts) socket.write(part);
  });

const statusOf = (answer: Buffer): number => Number(answer.subarray(9, 12).toString());
/** The code in the close frame behind the 101 answer. */
const closeCodeOf = (answer: Buffer): number => {
  const frame = answer.subarray(answer.indexOf('\r\n\r\n') + 4);
  expect(frame[0]).toBe(0x88);
  return frame.readUInt16BE(2);
};

/** A frame with a zero mask, so that the payload stays readable. */
const frame = (first: number, payload: Buffer): Buffer =>
  Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), payload]);

describe('a frame that breaks RFC 6455 closes with its code', () => {
  const table: [what: string, code: number, bytes: Buffer][] = [
    ['not masked (5.1)', 1002, Buffer.from([0x81, 0x01, 0x61])],
    ['RSV1 set without an extension (5.2)', 1002, frame(0xc1, Buffer.from('a'))],
    ['reserved opcode (5.2)', 1002, frame(0x83, Buffer.from('a'))],
    ['fragmented ping (5.5)', 1002, frame(0x09, Buffer.from('a'))],
    ['continuation of nothing (5.4)', 1002, frame(0x80, Buffer.from('a'))],
    ['bad UTF-8 (8.1)', 1007, frame(0x81, Buffer.from([0xc0, 0xaf]))],
    ['close code 1005 on the wire (7.4.1)', 1002, frame(0x88, Buffer.from([0x03, 0xed]))],
    ['close frame of one byte (5.5.1)', 1002, frame(0x88, Buffer.from([0x03]))],
    ['a declared length of 2^62', 1009, Buffer.from([0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
  ];
  it.each(table)('%s: %i', async (_what, code, bytes) => {
    const api = await start(resources, handlers, { limits: { closeMs: 20 } });
    expect(closeCodeOf(await exchange(api, handshake(), bytes))).toBe(code);
    expect((await api.event('DISCONNECT')).requestContext['disconnectStatusCode']).toBe(code);
  });
});

describe('a handshake gone wrong', () => {
  const table: [what: string, status: number, bytes: string][] = [
    ['without a proper key', 400, handshake('', 'short')],
    ['of another version', 400, handshake('', undefined, '12')],
    ['with a broken subprotocol list', 400, handshake('Sec-WebSocket-Protocol: a,,b\r\n')],
    ['to another protocol', 426, handshake().replace('websocket', 'h2c')],
    ['with a URL over 4096 characters', 414, handshake().replace('/live', `/live?${'x'.repeat(4096)}`)],
    ['with 17 KB of headers', 431, handshake(`X-Big: ${'x'.repeat(17_000)}\r\n`)],
    ['with 2,100 headers', 431, handshake('a: b\r\n'.repeat(2_100))],
  ];
  it.each(table)('%s is answered %i, and the next one opens', async (_what, status, bytes) => {
    const api = await start(resources, handlers);
    expect(statusOf(await exchange(api, bytes))).toBe(status);
    expect((await connect(api.url('live'))).ws.readyState).toBe(1);
  });

  it('offers compression and gets none', async () => {
    const api = await start(resources, handlers, { limits: { closeMs: 20 } });
    const offer = 'Sec-WebSocket-Extensions: permessage-deflate\r\n';
    const answer = await exchange(api, handshake(offer), frame(0x88, Buffer.alloc(0)));
    expect(statusOf(answer)).toBe(101);
    expect(answer.toString('latin1')).not.toMatch(/Sec-WebSocket-Extensions/i);
  });
});

it('frames that came with the handshake, one byte at a time or all at once, arrive', async () => {
  const api = await start(resources, handlers);
  const bytes = Buffer.concat([frame(0x81, Buffer.from('early')), frame(0x88, Buffer.alloc(0))]);
  void exchange(api, Buffer.concat([Buffer.from(handshake()), bytes]));
  expect((await api.event('MESSAGE')).body).toBe('early');
  void exchange(api, handshake(), ...[...bytes].map((byte) => Buffer.from([byte])));
  expect((await api.event('MESSAGE')).body).toBe('early');
});

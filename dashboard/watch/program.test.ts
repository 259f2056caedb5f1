import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import type { Frame, Request } from '../../fanout/protocol.ts';
import { parseSince } from './options.ts';
import { runProgram } from './program.ts';
import type { Output } from './view.ts';

const opened: { close: () => unknown }[] = [];
afterEach(() => opened.splice(0).forEach((server) => server.close()));

const update: Frame = {
  type: 'sensor_update',
  deviceId: 'kettle-1',
  region: 'eu-west',
  ts: 1,
  receivedAt: 2,
  sentAt: 3,
  boot: 1,
  seq: 1,
  data: { temperature: 20.5 },
};

const welcome = (id: string): Frame => ({
  type: 'welcome',
  id,
  connectionId: 'c1',
  edge: 'serverless',
  serverTime: Date.now(),
  closesAt: Date.now() + 7_200_000,
  tokenExpiresAt: Date.now() + 3_600_000,
  heartbeatMs: 300_000,
  limits: { frameBytes: 32_768, subscriptions: 50, actionsPerSecond: 10, actionsBurst: 20 },
  grants: ['*'],
});

const answers = (request: Request): Frame[] => {
  const { id = '' } = request;
  if (request.action === 'hello') return [welcome(id)];
  if (request.action !== 'subscribe') return [];
  if ('device' in request.to) return [{ type: 'error', code: 'not_granted', message: 'Not yours.', id }];
  const { to } = request;
  return [{ type: 'subscribed', id, to, at: 1 }, { type: 'live', id, at: 1 }, update];
};

/** Says what the contract says; of devices, that they are not granted. */
const serve = async () => {
  const requests: Request[] = [];
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  opened.push({ close: () => server.clients.forEach((socket) => socket.terminate()) }, server);
  server.on('connection', (socket) =>
    socket.on('message', (message: Buffer) => {
      const request = JSON.parse(message.toString()) as Request; // the client under test made it of its own type
      requests.push(request);
      for (const frame of answers(request)) socket.send(JSON.stringify(frame));
    }),
  );
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  return { requests, given: ['--url', `ws://127.0.0.1:${port}`, '--token', 't0ken'] };
};

/** Stops, as Ctrl-C does, after the first line on the output. */
const run = async (args: string[]) => {
  const stop = new AbortController();
  const written = { out: '', err: '' };
  const out: Output = {
    write: (text) => {
      written.out += text;
      stop.abort();
      return true;
    },
    on: () => undefined,
    off: () => undefined,
  };
  const err = { write: (text: string) => Boolean((written.err += text)) };
  const code = await runProgram(args, { out, err, env: {}, signal: stop.signal, now: Date.now });
  return { code, ...written };
};

it('a pipe gets one update a line, and nothing else', async () => {
  const { requests, given } = await serve();
  const wish = ['--region', 'eu-west', '--where', 'temperature>20', '--rate', '2'];
  const { code, out, err } = await run([...wish, ...given]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    deviceId: 'kettle-1',
    data: { temperature: 20.5 },
    source: 'live',
  });
  expect(err).toContain('{"event":"state","state":"live"}\n');
  expect(requests.find(({ action }) => action === 'subscribe')).toMatchObject({
    to: { region: 'eu-west' },
    where: [{ field: 'temperature', op: '>', value: 20 }],
    maxRate: 2,
  });
});

it('where nothing may be watched the exit code is 1, and the server says why', async () => {
  const { given } = await serve();
  const { code, err } = await run(['--device', 'kettle-1', ...given]);
  expect(code).toBe(1);
  expect(err).toContain('Not yours.\n');
});

it.each([
  [[], /^Say what to watch/],
  [['--region', 'a b'], /Give a name/],
  [['--region', 'r', '--where', 'temperature'], /Give a condition such as/],
  [['--region', 'r', '--rate', '0'], /0\.01 to 50/],
  [['--region', 'r', '--since', 'yesterday'], /Give how long ago/],
  [['--region', 'r', '--url', 'http://x'], /Give an address such as ws:/],
  [['--region', 'r', '--nonsense'], /unknown option/],
])('%j is bad usage, told in a line', async (args, why) => {
  const { code, out, err } = await run(args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(why);
  expect(err.trimEnd()).not.toContain('\n');
});

it('a dashboard that is not there is told, with what to do', async () => {
  const { code, err } = await run(['--region', 'r', '--dashboard', 'http://127.0.0.1:9']);
  expect(code).toBe(1);
  expect(err).toMatch(/run npm start, or give --url and --token\.\n$/);
});

it('a time is a span ago, or an instant', () => {
  const since = parseSince(1_000_000);
  expect([since('90s'), since('2m'), since('1970-01-01T00:00:01Z')]).toEqual([910_000, 880_000, 1_000]);
});

import { Buffer } from 'node:buffer';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startControl } from './control.ts';
import { host } from './ports.ts';
import { createSightings } from './sightings.ts';
import { scaledClock } from '../twin/clock.ts';
import { createFaults } from '../twin/faults/faults.ts';
import { freePort } from '../twin/listen.ts';

const sightings = createSightings();
const faults = createFaults({ seed: 1, clock: scaledClock() });
let url: string;
let control: Awaited<ReturnType<typeof startControl>>;

beforeAll(async () => {
  const port = await freePort(host);
  url = `http://${host}:${port}`;
  control = await startControl({
    port,
    faults,
    sightings,
    outputs: { WebSocketUrl: 'ws://…' },
    usage: () => ({ 'lambda.requests': { Filter: 3 } }),
    rejects: () => [JSON.stringify({ topic: 'telemetry/a/b', payload: 'eA==', reason: 'bad_json' })],
    tally: () => ({
      counts: { Delivered: 2 },
      reasons: {},
      times: {},
      unrouted: 0,
      queues: { ingest: 0, later: 0, rejects: 0, failures: 0 },
      events: 0,
      faults: {},
    }),
  });
});
afterAll(() => control.close());

const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(url + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

it('tells the tally, the usage and the outputs', async () => {
  expect((await ask('GET', '/tally')).body).toMatchObject({ counts: { Delivered: 2 } });
  expect((await ask('GET', '/usage')).body).toEqual({ 'lambda.requests': { Filter: 3 } });
  expect((await ask('GET', '/outputs')).body).toEqual({ WebSocketUrl: 'ws://…' });
});

it('shows rejects as people read them', async () => {
  expect((await ask('GET', '/rejects')).body).toEqual([
    {
      reason: 'bad_json',
      advice: 'The payload is not JSON.',
      topic: 'telemetry/a/b',
      bytes: 1,
      text: 'x',
      payload: 'eA==',
    },
  ]);
});

it('says of each fault what it takes', async () => {
  const { takes, parts } = (await ask('GET', '/faults')).body as Record<string, Record<string, unknown>>;
  expect(takes?.['function.crash']).toEqual(['probability', 'forMs', 'times', 'only', 'posts']);
  expect(Object.keys(parts ?? {}).toSorted()).toEqual([
    'forMs',
    'ms',
    'only',
    'posts',
    'probability',
    'times',
  ]);
});

it('switches faults on and off', async () => {
  await ask('PUT', '/faults/sqs.error', { probability: 0.5, forMs: 60_000 });
  await ask('PUT', '/faults/dynamodb.error');
  expect((await ask('GET', '/faults')).body).toMatchObject({
    on: { 'sqs.error': { probability: 0.5 }, 'dynamodb.error': {} },
    kinds: { 'mqtt.restart': expect.any(String) as string },
  });
  await ask('DELETE', '/faults/sqs.error');
  expect(Object.keys(faults.list())).toEqual(['dynamodb.error']);
  await ask('DELETE', '/faults');
  expect(faults.list()).toEqual({});
});

it('switches a fault on as the command line does', async () => {
  await ask('PUT', '/faults/sqs.error:p=0.5,for=60s');
  expect(faults.list()).toEqual({ 'sqs.error': { probability: 0.5, forMs: 60_000 } });
});

it('says what it can be asked', async () => {
  expect((await ask('GET', '/')).body).toHaveProperty('faults');
  expect(await ask('GET', '/tallyho')).toEqual({
    status: 404,
    body: { message: 'There is no GET /tallyho; GET / lists what there is.' },
  });
});

it.each([
  ['/faults/nonsense', {}, 404, /no fault "nonsense"/],
  ['/faults/sqs.error:p=2', undefined, 400, /p is a probability from 0 to 1/],
  ['/faults/sqs.error', { probability: 2 }, 400, /^sqs\.error: probability is a number from 0 to 1\.$/],
  [
    '/faults/sqs.error',
    { p: 1 },
    400,
    /takes an object with any of probability, forMs, times, only, and no p\.$/,
  ],
  ['/faults/sqs.error', 5, 400, /^As JSON sqs\.error takes an object/],
  [
    '/faults/sqs.error',
    { posts: 1 },
    400,
    /^sqs\.error takes probability, forMs, times, only, and no posts\.$/,
  ],
  ['/faults/sqs.error:p=1,p=0.5', undefined, 400, /p is there twice/],
  ['/faults/mqtt.restart', { forMs: 1 }, 400, /mqtt\.restart/],
])('PUT %s %j is refused in a sentence', async (path, body, status, message) => {
  const answer = await ask('PUT', path, body);
  expect(answer.status).toBe(status);
  expect(answer.body['message']).toMatch(message);
});

it('tells each who asks what passes through the twin from then on', async () => {
  const { body } = await fetch(`${url}/witness`);
  const lines = createInterface(Readable.fromWeb(body as ReadableStream))[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  expect(await next()).toBe(''); // Whoever has this has all that follows.

  const payload = Buffer.from([0xff, 0x7b]);
  sightings.tell({ hop: 'published', at: 1, clientId: 'c', topic: 'a/b', payload });
  sightings.tell({ hop: 'posted', at: 2, connectionId: 'x', status: 410, frame: '{}' });
  const published = { hop: 'published', at: 1, clientId: 'c', topic: 'a/b' };
  expect(JSON.parse(await next())).toEqual({ ...published, payload: payload.toString('base64') });
  expect(JSON.parse(await next())).toMatchObject({ hop: 'posted', status: 410, frame: '{}' });
});

it('is not for web pages', async () => {
  expect((await ask('GET', '/tally', undefined, { origin: 'https://evil.example' })).status).toBe(403);
});

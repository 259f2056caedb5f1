import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { describePost } from '../post.contract.ts';
import { forgedEdge } from './forgedEdge.testing.ts';
import type { EdgeOptions } from './connectionRequests.ts';
import { leanPost } from './leanPost.ts';
import type { Credentials } from './signer.ts';
import { smithySigner } from './smithySigner.testing.ts';

const options = {
  region: 'eu-central-1',
  credentials: (): Credentials => ({
    accessKeyId: 'AKID',
    secretAccessKey: 'secret',
    sessionToken: 'token',
  }),
};
const id = 'L0SM9cOFvHcCIhw=';

describe('by undici', () => {
  describePost(({ endpoint, sockets }) => leanPost({ ...options, endpoint, connections: sockets }));
});

const start = async (over: Partial<EdgeOptions> = {}) => {
  const edge = await forgedEdge();
  const { post, close } = leanPost({ ...options, endpoint: edge.endpoint, ...over });
  onTestFinished(async () => {
    await Promise.all([close(), edge.close()]);
  });
  return { edge, post };
};

it('an endpoint with a slash at its end is the same endpoint', async () => {
  const { edge } = await start();
  const { post, close } = leanPost({ ...options, endpoint: `${edge.endpoint}/` });
  expect(await post(id, '{}')).toBe('delivered');
  expect(edge.received[0]?.path).toBe('/live/@connections/L0SM9cOFvHcCIhw%3D');
  await close();
});

it('what is on the wire is what was signed', async () => {
  const { edge, post } = await start();
  const now = Date.now();
  await post("a/=ü'!", '{"ü":1}');
  const [{ headers, ...received } = expect.fail('nothing was posted')] = edge.received;
  const host = new URL(edge.endpoint).host;
  const { 'x-amz-date': date = '' } = headers as Record<string, string>;
  const at = Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
  expect(Math.abs(at - now)).toBeLessThan(60_000);
  const signed = await smithySigner(options.region, options.credentials)(
    { ...received, host, contentType: 'application/octet-stream' },
    at,
  );
  expect(headers).toMatchObject(signed);
});

it('credentials that change are used from the next post on', async () => {
  let accessKeyId = 'FIRST';
  const { edge, post } = await start({ credentials: () => ({ ...options.credentials(), accessKeyId }) });
  await post(id, '{}');
  accessKeyId = 'SECOND';
  await post(id, '{}');
  expect(
    edge.received.map(({ headers }) => /Credential=(\w+)/.exec(headers.authorization ?? '')?.[1]),
  ).toEqual(['FIRST', 'SECOND']);
});

it('sockets that nobody used for long are not trusted', async () => {
  let now = Date.now();
  const { edge, post } = await start({ now: () => now });
  await post(id, '{}');
  await setImmediate(); // only then undici takes a socket for free
  now += 20_000;
  await post(id, '{}');
  await setImmediate();
  expect(edge.accepted).toBe(1);
  now += 20_001;
  expect(await post(id, '{}')).toBe('delivered');
  expect(edge.accepted).toBe(2);
});

it('a post that found no socket in its time is not sent afterwards', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { edge, post } = await start({ connections: 1 });
  const arrived = new Promise<void>((resolve) => {
    edge.before = async () => resolve();
  });
  edge.answer = 'silence';
  const first = post(id, 'first');
  const second = post(id, 'second');
  await arrived;
  vi.advanceTimersByTime(1_000);
  expect([await first, await second]).toEqual(['busy', 'busy']);
  edge.answer = { status: 200 };
  await post(id, 'third');
  expect(edge.received.map(({ body }) => body)).toEqual(['first', 'third']);
});

it('an answer that is no JSON, as a proxy gives it, says what its status says', async () => {
  const { edge, post } = await start();
  edge.answer = { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad gateway</h1>' };
  expect(await post(id, '{}')).toBe('busy');
});

it('the sentence about a wrong endpoint says what to set', async () => {
  const { edge, post } = await start();
  edge.answer = { status: 404 };
  await expect(post(id, '{}')).rejects.toThrow(/answered with 404\. Set CALLBACK_URL /);
});

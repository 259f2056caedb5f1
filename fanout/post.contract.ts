import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { forgedEdge, type ForgedEdge } from './aws/forgedEdge.testing.ts';
import type { Post } from './ports.ts';

const id = 'L0SM9cOFvHcCIhw=';
const frame = '{"type":"pong"}';

/** The posts of one implementation to the endpoint, over at most so many sockets. */
export type MakePost = (options: { endpoint: string; sockets: number }) => {
  post: Post;
  close: () => unknown;
};

/** What every implementation of {@link Post} over `@connections` promises. */
export const describePost = (make: MakePost): void => {
  let edge: ForgedEdge;
  let post: Post;
  let close: () => unknown;

  beforeEach(async () => {
    edge = await forgedEdge();
    ({ post, close } = make({ endpoint: edge.endpoint, sockets: 8 }));
  });

  afterEach(async () => {
    await Promise.all([edge.close(), close()]);
  });

  it('the frame is posted to the connection as it is, signed', async () => {
    expect(await post(id, frame)).toBe('delivered');
    const [{ method, path, body, headers } = expect.fail('nothing was posted')] = edge.received;
    expect({ method, path, body }).toEqual({
      method: 'POST',
      path: '/live/@connections/L0SM9cOFvHcCIhw%3D',
      body: frame,
    });
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(frame.length),
      'x-amz-security-token': 'token',
    });
    expect(headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-central-1\/execute-api\/aws4_request, /,
    );
  });

  it.each([
    ['abc==', 'abc%3D%3D'],
    ['a/b', 'a%2Fb'],
    ['../x', '..%2Fx'],
    ['a b?c#d', 'a%20b%3Fc%23d'],
    ["!'()*~-_.", '%21%27%28%29%2A~-_.'],
    ['ü€🙂', '%C3%BC%E2%82%AC%F0%9F%99%82'],
  ])('the id %s stays one segment of the path', async (connectionId, segment) => {
    expect(await post(connectionId, frame)).toBe('delivered');
    expect(edge.received.map(({ path }) => path)).toEqual([`/live/@connections/${segment}`]);
  });

  it('a frame of 32 KB of UTF-8 arrives whole', async () => {
    const large = JSON.stringify({ text: '€🙂ü\u2028'.repeat(2_700) });
    expect(await post(id, large)).toBe('delivered');
    expect(edge.received.map(({ body }) => body)).toEqual([large]);
  });

  it.each([
    [410, 'GoneException', 'gone'],
    [410, undefined, 'gone'],
    [429, 'LimitExceededException', 'busy'],
    [500, 'InternalServerErrorException', 'busy'],
    [502, undefined, 'busy'],
    [503, 'ServiceUnavailableException', 'busy'],
    [504, undefined, 'busy'],
    [400, 'BadRequestException', 'refused'],
    [403, 'ForbiddenException', 'refused'],
    [413, 'PayloadTooLargeException', 'refused'],
  ])('%i %s is %s, after one try', async (status, errorType, outcome) => {
    edge.answer = { status, ...(errorType === undefined ? {} : { errorType }) };
    expect(await post(id, frame)).toBe(outcome);
    expect(edge.received).toHaveLength(1);
  });

  it('what an error has to say is read, and the socket used again', async () => {
    edge.answer = { status: 429, body: JSON.stringify({ message: 'x'.repeat(10_000) }) };
    for (let n = 0; n < 5; n += 1) expect(await post(id, frame)).toBe('busy');
    expect(edge.accepted).toBeLessThanOrEqual(2);
  });

  it.each([
    [404, 'NotFoundException'],
    [401, 'UnauthorizedException'],
  ])('%i says nothing about the post and is thrown', async (status, errorType) => {
    edge.answer = { status, errorType };
    await expect(post(id, frame)).rejects.toThrow(Error);
  });

  it('a redirect is not followed but thrown', async () => {
    edge.answer = { status: 307, headers: { location: '/elsewhere' } };
    await expect(post(id, frame)).rejects.toThrow(Error);
    expect(edge.received).toHaveLength(1);
  });

  it.each(['cut before', 'cut after', 'silence'] as const)('%s is busy, after one try', async (answer) => {
    edge.answer = answer;
    expect(await post(id, frame)).toBe('busy');
    expect(edge.received.length).toBeLessThanOrEqual(1);
    edge.answer = { status: 200 };
    expect(await post(id, frame)).toBe('delivered');
  });

  it('an answer that stops in the middle ends as what it began with, or as busy', async () => {
    edge.answer = 'half an answer';
    expect(['delivered', 'busy']).toContain(await post(id, frame));
  });

  it('an answer in many pieces is waited for', async () => {
    edge.answer = { status: 410, body: JSON.stringify({ message: 'x'.repeat(500_000) }) };
    expect(await post(id, frame)).toBe('gone');
  });

  it('an answer that comes too late changes nothing', async () => {
    let release = (): void => undefined;
    edge.before = () => new Promise<void>((resolve) => (release = resolve));
    expect(await post(id, frame)).toBe('busy');
    edge.before = async () => undefined;
    release();
    expect(await post(id, frame)).toBe('delivered');
  });

  it('nobody at the endpoint is busy', async () => {
    await edge.close();
    expect(await post(id, frame)).toBe('busy');
    edge = await forgedEdge();
  });

  it('64 posts at once go over 8 sockets, each once', async () => {
    const frames = Array.from({ length: 64 }, (_, n) => `{"n":${n},"text":"${'€'.repeat(n)}"}`);
    const outcomes = await Promise.all(frames.map((each, n) => post(`${id}${n}`, each)));
    expect(new Set(outcomes)).toEqual(new Set(['delivered']));
    expect(edge.received.map(({ body }) => body).toSorted()).toEqual(frames.toSorted());
    expect(edge.accepted).toBeLessThanOrEqual(8);
  });

  it('of posts that wait for a socket none outlives its time', async () => {
    edge.answer = 'silence';
    const outcomes = await Promise.all(Array.from({ length: 24 }, () => post(id, frame)));
    expect(new Set(outcomes)).toEqual(new Set(['busy']));
    edge.answer = { status: 200 };
    expect(await post(id, 'afterwards')).toBe('delivered');
    expect(edge.received.map(({ body }) => body)).toContain('afterwards');
  });

  it('a server that closes after each answer is connected to anew', async () => {
    edge.answer = { status: 200, close: true };
    for (let n = 0; n < 5; n += 1) expect(await post(id, frame)).toBe('delivered');
    expect(edge.accepted).toBe(5);
  });

  it('a socket that the server closed between two posts is not used again', async () => {
    expect(await post(id, frame)).toBe('delivered');
    const ends = [...edge.sockets].map((socket) => once(socket, 'close'));
    for (const socket of edge.sockets) socket.end();
    await Promise.all(ends); // both sides have closed
    expect(await post(id, frame)).toBe('delivered');
    expect(edge.accepted).toBe(2);
  });
};

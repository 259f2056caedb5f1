import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Push } from '../ports.ts';
import { pushClient, sdkPush } from './push.ts';

let server: Server;
let answer: { status: number; errorType?: string } | 'hang up';
let received: { url: string; body: string }[];
let push: Push;

beforeEach(async () => {
  received = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ url: request.url ?? '', body: Buffer.concat(chunks).toString() });
      if (answer === 'hang up') request.socket.destroy();
      else
        response
          .writeHead(answer.status, answer.errorType ? { 'x-amzn-ErrorType': answer.errorType } : {})
          .end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  push = sdkPush(
    pushClient({
      endpoint: `http://127.0.0.1:${port}/live`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    }),
  );
});

afterEach(() => server.close());

it('posts the frame to the connection, its id encoded', async () => {
  answer = { status: 200 };
  expect(await push('L0SM9cOFvHcCIhw=', '{"type":"pong"}')).toBe('delivered');
  expect(received).toEqual([{ url: '/live/@connections/L0SM9cOFvHcCIhw%3D', body: '{"type":"pong"}' }]);
});

it.each([
  [410, 'GoneException', 'gone'],
  [429, 'LimitExceededException', 'busy'],
  [500, undefined, 'busy'],
  [503, 'ServiceUnavailableException', 'busy'],
  [400, 'BadRequestException', 'refused'],
  [403, 'ForbiddenException', 'refused'],
  [413, 'PayloadTooLargeException', 'refused'],
])('%i %s is %s', async (status, errorType, outcome) => {
  answer = { status, ...(errorType === undefined ? {} : { errorType }) };
  expect(await push('L0SM9cOFvHcCIhw=', '{}')).toBe(outcome);
});

it('an edge that hangs up is busy', async () => {
  answer = 'hang up';
  expect(await push('L0SM9cOFvHcCIhw=', '{}')).toBe('busy');
});

it('a status that says nothing about the post is thrown', async () => {
  answer = { status: 404, errorType: 'NotFoundException' };
  await expect(push('L0SM9cOFvHcCIhw=', '{}')).rejects.toThrow();
});

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A post as it came in. */
export type Received = {
  readonly method: string;
  /** As it was on the wire. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

/** How a post is answered; see {@link forgedEdge}. */
export type Answer =
  | {
      readonly status: number;
      /** As `x-amzn-ErrorType`. */
      readonly errorType?: string;
      readonly headers?: Record<string, string>;
      readonly body?: string;
      /** Ends the connection after the answer. */
      readonly close?: boolean;
    }
  /** Reads nothing and cuts the socket. */
  | 'cut before'
  /** Reads the post and cuts the socket. */
  | 'cut after'
  /** Reads the post and says nothing. */
  | 'silence'
  /** Says 200 and some of the body, and no more. */
  | 'half an answer';

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // no encoding is set
  return Buffer.concat(chunks).toString();
};

const reply = (response: ServerResponse, answer: Exclude<Answer, 'cut before'>): void => {
  if (answer === 'silence') return;
  if (answer === 'cut after') response.socket?.destroy();
  else if (answer === 'half an answer') response.writeHead(200, { 'content-length': '2' }).write('{');
  else
    response
      .writeHead(answer.status, {
        ...(answer.errorType === undefined ? {} : { 'x-amzn-ErrorType': answer.errorType }),
        ...(answer.close ? { connection: 'close' } : {}),
        ...answer.headers,
      })
      .end(answer.body);
};

/** A server on 127.0.0.1 that takes the place of `@connections` and answers as `answer` says at the time, for tests. */
export const forgedEdge = async () => {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const edge = {
    answer: { status: 200 } as Answer,
    received,
    /** How many sockets it accepted so far. */
    accepted: 0,
    /** Called with each post that was read, before it is answered. */
    before: async (): Promise<unknown> => undefined,
    endpoint: '',
    sockets,
    close: async (): Promise<void> => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { answer } = edge;
    if (answer === 'cut before') {
      request.socket.destroy();
      return;
    }
    const body = await bodyOf(request);
    const { method = '', url = '', headers } = request;
    received.push({ method, path: url, headers, body });
    await edge.before();
    reply(response, answer);
  };

  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    edge.accepted += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  edge.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/live`;
  return edge;
};
export type ForgedEdge = Awaited<ReturnType<typeof forgedEdge>>;

import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request whose body has been read. */
export type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers'> & { body: string };
export type Answer = { status: number; headers: Record<string, string | number>; text: string };

/** Asks the store a request and resolves to what it answers. */
export type Ask = (asked: Asked) => Promise<Answer>;

export type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** Calls dynalite's own listener without a socket. Both casts: it uses nothing of request and response but what is here. */
export const askListener =
  (listener: Listener): Ask =>
  ({ body, method, url, headers: asked }) =>
    new Promise((resolve) => {
      const headers: Answer['headers'] = {};
      const response = {
        statusCode: 200,
        setHeader: (name: string, value: string | number) => void (headers[name] = value),
        end: (text = '') => resolve({ status: response.statusCode, headers, text }),
      };
      const request = Object.assign(new EventEmitter(), { method, url, headers: asked });
      listener(request as unknown as IncomingMessage, response as unknown as ServerResponse);
      if (body !== '') request.emit('data', Buffer.from(body));
      request.emit('end');
    });

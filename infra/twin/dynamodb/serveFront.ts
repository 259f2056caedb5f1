import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Report } from '../report.ts';
import type { Answer, Listener } from './ask.ts';
import type { Front } from './front.ts';

/** Told of each request that the store works on; call what it gives when that is answered. */
export type Work = { begin: () => () => void };

/** Longer than any request of DynamoDB, and dynalite's own limit. */
const maxBytes = 16 * 1024 * 1024;

/** The front as a listener of an HTTP server. A request that breaks off is dropped. */
export const serveFront = (front: Front, work: Work, report: Report): Listener => {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    if (body === undefined) return;
    const done = work.begin();
    try {
      const { method, url, headers } = request;
      end(request, response, await front({ method, url, headers, body }));
    } finally {
      done();
    }
  };
  return (request, response) => {
    answer(request, response).catch((error: unknown) => {
      report(`The DynamoDB endpoint could not answer a request: ${String(error)}`);
      request.socket.destroy();
    });
  };
};

const end = (request: IncomingMessage, response: ServerResponse, answer: Answer | 'lost'): void => {
  if (answer === 'lost') request.socket.destroy();
  else response.writeHead(answer.status, answer.headers).end(answer.text);
};

const bodyOf = (request: IncomingMessage): Promise<string | undefined> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) request.destroy();
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString()));
    request.on('close', () => resolve(undefined));
  });

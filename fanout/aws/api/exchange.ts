import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export type Request = {
  readonly method: string;
  /** As it goes on the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

export type Answer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

/** One request and its whole answer. Rejects with the error of Node's socket, or one whose name is `TimeoutError`. */
export type Exchange = (request: Request) => Promise<Answer>;

export type ExchangeOptions = {
  readonly origin: string;
  /** The longest that one exchange takes, the waiting for a socket included, ms. */
  readonly tryMs: number;
  /** Sockets at most; as many as the SDK's client has where nothing is said. */
  readonly connections?: number | undefined;
  /** Epoch ms. */
  readonly now?: (() => number) | undefined;
};

/** Sockets that nobody used for longer are not trusted: a frozen function hears nothing of their end. */
export const idleMs = 20_000;

const timeoutError = (tryMs: number): Error =>
  Object.assign(new Error(`No answer came within ${tryMs} ms.`), { name: 'TimeoutError' });

/** Exchanges with one server over sockets that are kept, by Node's own client: it costs no bytes and no start. */
export const exchange = ({ origin, tryMs, connections = 50, now = Date.now }: ExchangeOptions): Exchange => {
  const { protocol, hostname, port } = new URL(origin);
  const [Agent, start] = protocol === 'https:' ? [HttpsAgent, httpsRequest] : [HttpAgent, httpRequest];
  const open = () => new Agent({ keepAlive: true, maxSockets: connections });

  let agent = open();
  let usedAt = now();
  const agentOfNow = (): HttpAgent => {
    if (now() - usedAt > idleMs) {
      agent.destroy(); // Nothing is under way any more: no exchange takes so long.
      agent = open();
    }
    usedAt = now();
    return agent;
  };

  return ({ method, path, headers, body }) =>
    new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        clearTimeout(timer);
        reject(error);
      };
      const request = start(
        {
          agent: agentOfNow(),
          hostname,
          port,
          method,
          path,
          headers: { ...headers, 'content-length': body.length },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response
            .on('data', (chunk: Buffer) => chunks.push(chunk))
            .on('error', fail)
            .on('end', () => {
              clearTimeout(timer);
              // A response that a client has always has a status.
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers,
                body: Buffer.concat(chunks),
              });
            });
        },
      );
      const timer = setTimeout(() => request.destroy(timeoutError(tryMs)), tryMs);
      request.on('error', fail).end(body);
    });
};

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
  /** The longest that one exchange takes, ms. */
  readonly tryMs: number;
  /** Whether that counts from the call on, or from when there is a socket for it. */
  readonly since: 'call' | 'socket';
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
export const exchange = ({
  origin,
  tryMs,
  since,
  connections = 50,
  now = Date.now,
}: ExchangeOptions): Exchange => {
  const { protocol, hostname, port } = new URL(origin);
  const [Agent, start] = protocol === 'https:' ? [HttpsAgent, httpsRequest] : [HttpAgent, httpRequest];
  const open = () => new Agent({ keepAlive: true, maxSockets: connections });

  let agent = open();
  let usedAt = now();
  let underWay = 0;
  const agentOfNow = (): HttpAgent => {
    if (underWay === 0 && now() - usedAt > idleMs) {
      agent.destroy();
      agent = open();
    }
    usedAt = now();
    return agent;
  };

  return ({ method, path, headers, body }) =>
    new Promise<Answer>((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const startTimer = (): void => {
        timer = setTimeout(() => request.destroy(timeoutError(tryMs)), tryMs);
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
            .on('error', reject)
            .on('end', () => {
              // A response that a client has always has a status.
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers,
                body: Buffer.concat(chunks),
              });
            });
        },
      );
      underWay += 1;
      if (since === 'call') startTimer();
      else request.on('socket', startTimer);
      request
        .on('close', () => {
          underWay -= 1;
          clearTimeout(timer);
        })
        .on('error', reject)
        .end(body);
    });
};

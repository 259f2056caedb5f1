import type { Check, Observation } from '../check.ts';
import { echo, withSocket, type Socket } from '../socket.ts';

/** A frame without the ids that differ each time. */
const shape = (frame: string): string => frame.replace(/"([\w-]{15})="/g, '"…"');

const errorFrame = (message: string): string =>
  `{"message": "${message}", "connectionId":"…", "requestId":"…"}`;

const check = (
  name: string,
  source: string,
  expected: Observation,
  look: (socket: Socket) => Promise<Observation>,
): Check => ({ name: `message: ${name}`, source, observe: (world) => withSocket(world, look), expected });

const answerTo =
  (message: string) =>
  async (socket: Socket): Promise<Observation> => {
    socket.send(message);
    return shape(await socket.frame());
  };

/** The route that a message took. */
const routeOf =
  (message: string) =>
  async (socket: Socket): Promise<Observation> => {
    socket.send(message);
    // A cast: the probe's function returns its event.
    const event = JSON.parse(await socket.frame()) as { requestContext: { routeKey: string } };
    return event.requestContext.routeKey;
  };

/** What comes first: an answer to this message, or to the one behind it, which is sent a while later. */
const silence =
  (message: string) =>
  async (socket: Socket): Promise<Observation> => {
    socket.send(message);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { body } = await echo(socket, { behind: true });
    return String(body).includes('behind');
  };

const keysOf = (value: unknown): string[] => Object.keys(Object(value) as object).sort();

const selection = 'API Gateway guide, "WebSocket selection expressions"';

export const messages: readonly Check[] = [
  check(
    'a function that throws',
    'captured',
    errorFrame('Internal server error'),
    answerTo('{"verb":"throw"}'),
  ),
  check('a malformed answer', 'captured', errorFrame('Internal server error'), answerTo('{"verb":"odd"}')),
  check('a 500 without a route response is silent', 'captured', true, silence('{"verb":"refuse"}')),
  check(
    'a body without a route response is silent',
    'API Gateway guide, "Set up a route response"',
    true,
    silence('{"verb":"silent"}'),
  ),
  check('a verb goes to its route', selection, 'echo', routeOf('{"verb":"echo"}')),
  check('an unknown verb goes to $default', selection, '$default', routeOf('{"verb":"fly"}')),
  check('no verb goes to $default', selection, '$default', routeOf('{}')),
  check('what is no JSON goes to $default', selection, '$default', routeOf('hello')),
  check('$connect as a verb goes to $default', 'from memory', '$default', routeOf('{"verb":"$connect"}')),
  check(
    'an event has these keys',
    'API Gateway guide, "Set up integration request"',
    ['body', 'isBase64Encoded', 'requestContext'],
    async (socket) => keysOf(await echo(socket)),
  ),
  check(
    'the request context has these keys',
    'API Gateway guide, "Set up integration request"; captured',
    [
      ...[
        'apiId',
        'authorizer',
        'connectedAt',
        'connectionId',
        'domainName',
        'eventType',
        'extendedRequestId',
      ],
      ...['identity', 'messageDirection', 'messageId', 'requestId', 'requestTime', 'requestTimeEpoch'],
      ...['routeKey', 'stage'],
    ],
    async (socket) => keysOf((await echo(socket))['requestContext']),
  ),
  check(
    'what an authorizer adds is text',
    'API Gateway guide, "Create a Lambda REQUEST authorizer function"',
    { number: '7', principalId: 'somebody', text: 'seven', truth: 'true' },
    async (socket) => {
      const { requestContext } = (await echo(socket)) as {
        requestContext: { authorizer: Record<string, string> };
      };
      const { number = '', principalId = '', text = '', truth = '' } = requestContext.authorizer;
      return { number, principalId, text, truth };
    },
  ),
  check(
    'a binary frame closes with 1003',
    'API Gateway guide, "Working with binary media types"',
    1003,
    (socket) => {
      socket.send(Buffer.from('abc'));
      return socket.closed;
    },
  ),
  check('a frame over 32 KB closes with 1009', 'API Gateway guide, "Quotas"', 1009, (socket) => {
    socket.send('x'.repeat(32_769));
    return socket.closed;
  }),
  {
    ...check(
      'after ten silent minutes it closes with 1001',
      'API Gateway guide, "Quotas"',
      1001,
      (socket) => socket.closed,
    ),
    slow: true,
  },
  {
    ...check(
      'after two hours it closes with 1001, whatever passes',
      'API Gateway guide, "Quotas"',
      1001,
      async (socket) => {
        const chatter = setInterval(() => socket.send('{"verb":"silent"}'), 100);
        return socket.closed.finally(() => clearInterval(chatter));
      },
    ),
    slow: true,
  },
];

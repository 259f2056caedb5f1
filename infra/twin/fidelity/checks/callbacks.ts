import {
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { Check, Observation } from '../check.ts';
import { idOf, withSocket, type Socket } from '../socket.ts';
import type { World } from '../world.ts';
import { outcomeOf } from './outcome.ts';

const check = (
  name: string,
  source: string,
  expected: Observation,
  look: (world: World, socket: Socket, ConnectionId: string) => Promise<Observation>,
): Check => ({
  name: `@connections: ${name}`,
  source,
  observe: (world) => withSocket(world, async (socket) => look(world, socket, await idOf(socket))),
  expected,
});

const post = ({ connections }: World, ConnectionId: string, Data: string): Promise<Observation> =>
  outcomeOf(connections.send(new PostToConnectionCommand({ ConnectionId, Data })));

const guide = 'API Gateway guide, "Use @connections commands in your backend service"';

export const callbacks: readonly Check[] = [
  check('a post is 200 and a text frame', guide, [200, 'hello'], async (world, socket, id) => [
    await post(world, id, 'hello'),
    await socket.frame(),
  ]),
  check(
    'a GET tells since when and from where',
    guide,
    ['ConnectedAt', 'Identity', 'LastActiveAt'],
    async ({ connections }, _, id) =>
      Object.keys(await connections.send(new GetConnectionCommand({ ConnectionId: id })))
        .filter((key) => key !== '$metadata')
        .sort(),
  ),
  check('a DELETE closes with 1000', 'captured', [204, 1000], async ({ connections }, socket, id) => [
    await outcomeOf(connections.send(new DeleteConnectionCommand({ ConnectionId: id }))),
    await socket.closed,
  ]),
  check('a post to who has gone is 410', 'captured', [410, 'GoneException'], async (world, socket, id) => {
    await world.connections.send(new DeleteConnectionCommand({ ConnectionId: id }));
    await socket.closed;
    return post(world, id, 'hello');
  }),
  check('a malformed id is 400', 'captured', [400, 'BadRequestException'], (world) =>
    post(world, 'abc', 'x'),
  ),
  check('more than 128 KB is 413', 'captured', [413, 'PayloadTooLargeException'], (world, _, id) =>
    post(world, id, 'x'.repeat(131_073)),
  ),
  check('without a signature it is 403', 'captured', 403, async ({ callbackUrl }, _, id) => {
    const url = `${callbackUrl}/@connections/${encodeURIComponent(id)}`;
    return (await fetch(url, { method: 'POST', body: 'x' })).status;
  }),
];

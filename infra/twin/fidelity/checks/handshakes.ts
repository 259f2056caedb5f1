import type { Check } from '../check.ts';
import { open, statusOf, type Handshake } from '../socket.ts';

const authorizers = 'API Gateway guide, "Create a Lambda REQUEST authorizer function"';
const connecting =
  'API Gateway guide, "Manage connected users and client apps: $connect and $disconnect routes"';

const status = (name: string, source: string, expected: number, handshake: Handshake): Check => ({
  name: `handshake: ${name}`,
  source,
  observe: (world) => statusOf(world, handshake),
  expected,
});

export const handshakes: readonly Check[] = [
  status('an authorizer that allows lets in', authorizers, 101, {}),
  status('an authorizer that denies is 403', authorizers, 403, { query: 'who=deny' }),
  status('an authorizer that throws Unauthorized is 401', authorizers, 401, { query: 'who=unauthorized' }),
  status('an authorizer that throws anything else is 500', 'from memory', 500, { query: 'who=nobody' }),
  status('without the identity source it is 401', 'CloudFormation, AWS::ApiGatewayV2::Authorizer', 401, {
    query: 'status=200',
  }),
  status('with an empty identity source it is 401', 'CloudFormation, AWS::ApiGatewayV2::Authorizer', 401, {
    query: 'who=',
  }),
  status('the status of $connect is that of the handshake', connecting, 418, {
    query: 'who=allow&status=418',
  }),
  status('a $connect that throws is 502', 'captured', 502, { query: 'who=allow&status=throw' }),
  {
    name: 'handshake: another stage is 403',
    source: 'from memory',
    observe: (world) => statusOf(world, { url: world.webSocketUrl.replace(/probe$/, 'other') }),
    expected: 403,
  },
  {
    name: 'handshake: without an upgrade it is 426',
    source: 'captured',
    observe: async ({ callbackUrl }) => (await fetch(`${callbackUrl}?who=allow`)).status,
    expected: 426,
  },
  {
    name: 'handshake: the subprotocol is the one that $connect names',
    source: 'API Gateway guide, "Set up a $connect route that requires a WebSocket subprotocol"',
    observe: async (world) => {
      const socket = await open(world, { query: 'who=allow&protocol=b', protocols: ['a', 'b'] });
      socket.end();
      return socket.protocol;
    },
    expected: 'b',
  },
];

import { afterEach, expect, it } from 'vitest';
import {
  authorized,
  authorizer,
  base,
  connect,
  refusal,
  route,
  start,
  stopAll,
} from './webSocketApi.testing.ts';

afterEach(stopAll);

const Format =
  '$context.eventType $context.routeKey $context.connectionId $context.status $context.authorizer.principalId ' +
  '$context.error.responseType $context.requestId';
const allow = {
  principalId: 'ann',
  policyDocument: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
};

const logged = async (handlers: Record<string, () => unknown>) => {
  const lines: string[] = [];
  const resources = [
    ...base({ AccessLogSettings: { DestinationArn: 'arn:logs', Format } }),
    ...route('$connect', authorized),
    ...route('dig'),
    ...route('$disconnect'),
    authorizer([]),
  ];
  const accessLog = ({ stage, line }: { stage: string; line: string }) =>
    void lines.push(`${stage}: ${line}`);
  return { lines, api: await start(resources, handlers, { accessLog }) };
};
const ok = () => ({ statusCode: 200 });
const id = '[\\w-]{15}=';

it('an access log has a line for each event, in the format of its stage, with a dash for what is not known', async () => {
  const { lines, api } = await logged({ authorizer: () => allow, connect: ok, dig: ok, disconnect: ok });
  const { ws, frame, closed } = await connect(api.url('live'));
  ws.send('{"action":"dig"}');
  await api.event('MESSAGE');
  ws.send('{"action":"fly"}');
  expect(await frame()).toContain('Forbidden');
  ws.close();
  await closed;
  await api.event('DISCONNECT');
  expect([...lines].sort()).toEqual([
    expect.stringMatching(`^live: CONNECT \\$connect ${id} 200 ann - ${id}$`),
    expect.stringMatching(`^live: DISCONNECT \\$disconnect ${id} 200 ann - ${id}$`),
    expect.stringMatching(`^live: MESSAGE - ${id} 403 ann ACCESS_DENIED ${id}$`),
    expect.stringMatching(`^live: MESSAGE dig ${id} 200 ann - ${id}$`),
  ]);
});

it('an access log tells why a handshake was refused, and nothing of its headers or query', async () => {
  const { lines, api } = await logged({
    authorizer: () => {
      throw new Error('Unauthorized');
    },
  });
  const headers = { Authorization: 'Bearer s3cr3t' };
  await refusal(`${api.url('live')}?token=s3cr3t`, ['bearer.s3cr3t'], { headers });
  expect(lines).toEqual([expect.stringMatching(`^live: CONNECT \\$connect ${id} 401 - UNAUTHORIZED ${id}$`)]);
  expect(lines.join()).not.toContain('s3cr3t');
});

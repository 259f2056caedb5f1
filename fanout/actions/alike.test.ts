import { expect, it } from 'vitest';
import type { AnswerPorts } from '../answer.ts';
import { aReading } from '../factories.ts';
import { anEdge, start } from '../memory/edge.testing.ts';

type Call = readonly [name: string, args: readonly unknown[]];

/** Writes down every call to a port. */
const listening = <Port extends object>(name: string, port: Port, calls: Call[]): Port =>
  new Proxy(port, {
    get: (on, property) => {
      const method = Reflect.get(on, property) as unknown;
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        calls.push([`${name}.${String(property)}`, args]);
        return (method as (...these: unknown[]) => unknown)(...args);
      };
    },
  });

/** What a viewer of eu-west hears, and what it costs, where a device of us-east exists or does not. */
const tried = async (request: object, grants: string[], exists: boolean) => {
  const edge = anEdge();
  await edge.open({ grants });
  await edge.record(aReading({ deviceId: 'seen-1' }));
  if (exists)
    for (let seq = 0; seq < 600; seq += 1)
      await edge.record(aReading({ deviceId: 'secret-1', region: 'us-east', deviceType: 'safe', seq }));
  const calls: Call[] = [];
  const { devices, readings, subscriptions, connections, paces } = edge.ports;
  const ports: AnswerPorts = {
    ...edge.ports,
    devices: listening('devices', devices, calls),
    readings: listening('readings', readings, calls),
    subscriptions: listening('subscriptions', subscriptions, calls),
    connections: listening('connections', connections, calls),
    paces: listening('paces', paces, calls),
  };
  const listener = anEdge(ports);
  const frames = await listener.ask(request);
  return { frames: JSON.stringify(frames), calls: JSON.stringify(calls), pushed: edge.pushed };
};

const device = 'secret-1';
const requests = [
  { action: 'subscribe', id: 's1', to: { device } },
  { action: 'subscribe', id: 's1', to: { device }, since: start },
  { action: 'history', id: 'h', device },
  { action: 'history', id: 'h', device, limit: 1 },
  { action: 'history', id: 'h', device, after: '0' },
  { action: 'note', id: 'n', to: { device }, text: 'anybody there?' },
  { action: 'explain', id: 'e', device },
];
const grantsOf = [
  ['region:eu-west'],
  ['device:seen-*'],
  ['type:kettle', 'device:seen-*'],
  ['device:secret-10'],
];
const cases = requests.flatMap((request) => grantsOf.map((grants) => [request, grants] as const));

it.each(cases)(
  '%j with %j is answered the same whether or not there is such a device',
  async (request, grants) => {
    const there = await tried(request, grants, true);
    expect(there.frames).not.toMatch(/us-east|safe/);
    expect(there).toEqual(await tried(request, grants, false));
  },
);

it.each([
  { action: 'subscribe', id: 's1', to: { region: 'us-east' } },
  { action: 'subscribe', id: 's1', to: { type: 'safe' }, since: start },
  { action: 'note', id: 'n', to: { region: 'us-east' }, text: 'anybody there?' },
])('%j is answered the same whether or not there are such devices', async (request) => {
  const there = await tried(request, ['region:eu-west'], true);
  const { frames } = await tried(request, ['region:eu-west'], false);
  expect(there.frames).toBe(frames);
});

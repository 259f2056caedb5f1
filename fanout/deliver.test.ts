import { beforeEach, expect, it } from 'vitest';
import { deliver, type DeliverPorts } from './deliver.ts';
import { aConnection, aReading } from './factories.ts';
import { memoryConnections } from './memory/connections.ts';
import { memoryLater } from './memory/later.ts';
import { memoryPaces } from './memory/paces.ts';
import { memorySubscriptions } from './memory/subscriptions.ts';
import type { Connection, Connections, Outcome, Subscriptions, Wish } from './ports.ts';
import { frames } from './protocol.ts';
import { keyOf, type Target } from './target.ts';

let connections: Connections;
let subscriptions: Subscriptions;
let posts: { connectionId: string; frame: string }[];
let outcomes: Record<string, Outcome>;
let ports: DeliverPorts;
let scheduled: ReturnType<typeof memoryLater>['scheduled'];
let time: number;
const now = () => time;

beforeEach(() => {
  connections = memoryConnections();
  subscriptions = memorySubscriptions();
  posts = [];
  outcomes = {};
  time = 1_763_690_000_100;
  const delayed = memoryLater();
  scheduled = delayed.scheduled;
  ports = {
    paces: memoryPaces(),
    later: delayed.later,
    connections,
    subscriptions,
    now,
    push: async (connectionId, frame) => {
      posts.push({ connectionId, frame });
      return outcomes[connectionId] ?? 'delivered';
    },
  };
});

const subscribe = async (to: Target, over: Partial<Connection> & Wish = {}, id = 's1'): Promise<void> => {
  const { principal: _, ...connection } = { ...aConnection(), ...over };
  await subscriptions.put({ ...connection, target: keyOf(to), id });
};

it.each<Target>([{ device: 'kettle-1' }, { region: 'eu-west' }, { type: 'kettle' }])(
  'a reading reaches who subscribed to %j',
  async (to) => {
    await subscribe(to);
    expect(await deliver(ports)(aReading())).toMatchObject({ delivered: 1 });
    const update = frames.sensor_update.parse(JSON.parse(posts[0]?.frame ?? ''));
    expect(update).toEqual({ type: 'sensor_update', ...aReading(), sentAt: now() });
  },
);

it('a reading that nobody asked for is posted to nobody', async () => {
  await subscribe({ device: 'kettle-10' });
  expect(await deliver(ports)(aReading())).toMatchObject({ delivered: 0 });
  expect(posts).toEqual([]);
});

it('a connection whose subscriptions overlap gets a reading once', async () => {
  await subscribe({ device: 'kettle-1' }, {}, 's1');
  await subscribe({ region: 'eu-west' }, {}, 's2');
  await subscribe({ type: 'kettle' }, {}, 's3');
  expect(await deliver(ports)(aReading())).toMatchObject({ delivered: 1 });
  expect(posts).toHaveLength(1);
});

it('a connection whose grants do not cover the reading gets nothing, whatever it subscribed to', async () => {
  await subscribe({ region: 'eu-west' }, { grants: ['device:pump-*'] });
  expect(await deliver(ports)(aReading())).toMatchObject({ delivered: 0, notGranted: 1 });
  expect(posts).toEqual([]);
});

it('a connection whose token has expired gets nothing', async () => {
  await subscribe({ region: 'eu-west' }, { tokenExpiresAt: now() });
  expect(await deliver(ports)(aReading())).toMatchObject({ delivered: 0, tokenExpired: 1 });
  expect(posts).toEqual([]);
});

it('a connection that is gone is forgotten, rows that its own row no longer lists included', async () => {
  await connections.open(aConnection());
  await connections.claim({ target: 'type#pump', connectionId: aConnection().connectionId, id: 's2' }, 50);
  await subscribe({ type: 'pump' }, {}, 's2');
  await subscribe({ region: 'eu-west' });
  outcomes[aConnection().connectionId] = 'gone';
  expect(await deliver(ports)(aReading())).toMatchObject({ gone: 1 });
  expect(await connections.find(aConnection().connectionId)).toBeUndefined();
  expect(await subscriptions.byTarget('region#eu-west')).toEqual([]);
  expect(await subscriptions.byTarget('type#pump')).toEqual([]);
});

it('a connection that is gone but younger than 5 s is kept: $connect may not have returned yet', async () => {
  const young = aConnection({ connectedAt: now() - 5_000 });
  await connections.open(young);
  await subscribe({ region: 'eu-west' }, young);
  outcomes[young.connectionId] = 'gone';
  expect(await deliver(ports)(aReading())).toMatchObject({ gone: 1 });
  expect(await subscriptions.byTarget('region#eu-west')).toHaveLength(1);
});

it('one connection that is busy or refuses does not keep the reading from the others', async () => {
  for (const connectionId of ['a=', 'b=', 'c=']) await subscribe({ region: 'eu-west' }, { connectionId });
  outcomes = { 'a=': 'busy', 'b=': 'refused' };
  expect(await deliver(ports)(aReading())).toMatchObject({ busy: 1, refused: 1, delivered: 1 });
  expect(posts.map(({ connectionId }) => connectionId).sort()).toEqual(['a=', 'b=', 'c=']);
  expect(await subscriptions.byTarget('region#eu-west')).toHaveLength(3);
});

it('a push that is down fails the delivery, after every other post has ended', async () => {
  for (const connectionId of ['a=', 'b=', 'c=']) await subscribe({ region: 'eu-west' }, { connectionId });
  const ended: string[] = [];
  const push = async (connectionId: string): Promise<Outcome> => {
    if (connectionId === 'a=') throw new Error('no credentials');
    await new Promise(setImmediate);
    ended.push(connectionId);
    return 'delivered';
  };
  await expect(deliver({ ...ports, push })(aReading())).rejects.toThrow('no credentials');
  expect(ended).toEqual(['b=', 'c=']);
});

it('a store that is down fails the delivery', async () => {
  const byTarget = () => Promise.reject(new Error('throttled'));
  await expect(
    deliver({ ...ports, subscriptions: { ...subscriptions, byTarget } })(aReading()),
  ).rejects.toThrow('throttled');
});

it('a reading that its where does not want is not posted', async () => {
  await subscribe({ region: 'eu-west' }, { where: [{ field: 'temperature', op: '>', value: 30 }] });
  expect(await deliver(ports)(aReading())).toMatchObject({ delivered: 0, filtered: 1 });
  expect(posts).toEqual([]);
});

it('a reading within the pace of maxRate waits, and goes out folded into the next', async () => {
  await subscribe({ region: 'eu-west' }, { maxRate: 1 });
  const send = (seq: number, temperature: number) => deliver(ports)(aReading({ seq, data: { temperature } }));
  expect(await send(1, 20)).toMatchObject({ delivered: 1 });
  expect(await send(2, 90)).toMatchObject({ folded: 1 });
  time += 1_000;
  expect(await send(3, 21)).toMatchObject({ delivered: 1 });
  const updates = posts.map(({ frame }) => frames.sensor_update.parse(JSON.parse(frame)));
  expect(updates.map(({ seq, folded }) => [seq, folded])).toEqual([
    [1, undefined],
    [3, { count: 2, min: { temperature: 21 }, max: { temperature: 90 } }],
  ]);
});

it('the first reading that waits is scheduled for when it is due, and those after it are not', async () => {
  await subscribe({ region: 'eu-west' }, { maxRate: 0.5 });
  for (const seq of [1, 2, 3]) await deliver(ports)(aReading({ seq }));
  expect(scheduled).toEqual([
    { key: { connectionId: aConnection().connectionId, deviceId: 'kettle-1' }, afterMs: 2_000 },
  ]);
});

it('a subscription without maxRate brings every reading, whatever another of the connection asks for', async () => {
  await subscribe({ region: 'eu-west' }, { maxRate: 0.01 }, 's1');
  await subscribe({ device: 'kettle-1' }, {}, 's2');
  for (const seq of [1, 2, 3])
    expect(await deliver(ports)(aReading({ seq }))).toMatchObject({ delivered: 1 });
  expect(posts).toHaveLength(3);
});

it('a paced update that the edge was too busy for waits on, with what comes meanwhile', async () => {
  await subscribe({ region: 'eu-west' }, { maxRate: 1 });
  outcomes[aConnection().connectionId] = 'busy';
  expect(await deliver(ports)(aReading({ seq: 1 }))).toMatchObject({ busy: 1 });
  const key = { connectionId: aConnection().connectionId, deviceId: 'kettle-1' };
  expect(scheduled).toEqual([{ key, afterMs: 2_000 }]);
  expect(await deliver(ports)(aReading({ seq: 2 }))).toMatchObject({ folded: 1 });
  expect((await ports.paces.find(key))?.pace.pending).toMatchObject({ last: { seq: 2 }, count: 2 });
});

it('changedBy is measured against what was sent for another subscription of the connection, too', async () => {
  await subscribe({ region: 'eu-west' }, { where: [{ field: 'temperature', op: '>', value: 50 }] }, 's1');
  await subscribe(
    { device: 'kettle-1' },
    { where: [{ field: 'temperature', op: 'changedBy', value: 1 }] },
    's2',
  );
  const send = (seq: number, temperature: number) => deliver(ports)(aReading({ seq, data: { temperature } }));
  for (const [n, temperature] of [20, 60, 20.2].entries())
    expect(await send(n, temperature)).toMatchObject({ delivered: 1 });
});

it('a value that jumps and returns while it waits is not left jumped', async () => {
  const where = [{ field: 'temperature', op: 'changedBy', value: 1 }] as const;
  await subscribe({ region: 'eu-west' }, { maxRate: 1, where });
  const send = (seq: number, temperature: number) => deliver(ports)(aReading({ seq, data: { temperature } }));
  await send(1, 20);
  await send(2, 90);
  expect(await send(3, 20)).toMatchObject({ folded: 1 });
  const key = { connectionId: aConnection().connectionId, deviceId: 'kettle-1' };
  expect((await ports.paces.find(key))?.pace.pending).toMatchObject({
    last: { seq: 3 },
    max: { temperature: 90 },
  });
});

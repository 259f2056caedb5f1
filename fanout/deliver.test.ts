import { beforeEach, describe, expect, it, vi } from 'vitest';
import { deliver, type DeliverPorts } from './deliver.ts';
import { aConnection, aReading, aSubscription } from './factories.ts';
import { memoryConnections } from './memory/connections.ts';
import { memoryDebts } from './memory/debts.ts';
import { memoryLater } from './memory/later.ts';
import { memoryPaces } from './memory/paces.ts';
import { memorySubscriptions } from './memory/subscriptions.ts';
import {
  pushMs,
  type Connections,
  type Debts,
  type Outcome,
  type Subscription,
  type Subscriptions,
} from './ports.ts';
import { frames } from './protocol.ts';
import type { Reading } from './reading.ts';
import { keyOf, type Target } from './target.ts';

let connections: Connections;
let subscriptions: Subscriptions;
let posts: { connectionId: string; frame: string }[];
let outcomes: Record<string, Outcome>;
let ports: DeliverPorts;
let scheduled: ReturnType<typeof memoryLater>['scheduled'];
let unsent: ReturnType<typeof memoryLater>['unsent'];
let measured: [string, number][];
let debts: Debts;
let time: number;
const now = () => time;

beforeEach(() => {
  connections = memoryConnections();
  subscriptions = memorySubscriptions();
  posts = [];
  outcomes = {};
  time = 1_763_690_000_100;
  debts = memoryDebts();
  const delayed = memoryLater();
  scheduled = delayed.scheduled;
  unsent = delayed.unsent;
  measured = [];
  ports = {
    paces: memoryPaces(),
    debts,
    later: delayed.later,
    connections,
    subscriptions,
    now,
    random: () => 1,
    measure: (metric, value) => void measured.push([metric, value]),
    push: async (connectionId, frame) => {
      posts.push({ connectionId, frame });
      return outcomes[connectionId] ?? 'delivered';
    },
  };
});

const bring = (...readings: Reading[]) => deliver(ports)(readings, Infinity);

const subscribe = (to: Target, over: Partial<Subscription> = {}, id = 's1'): Promise<void> =>
  subscriptions.put(aSubscription({ ...over, target: keyOf(to), id }));

it.each<Target>([{ device: 'kettle-1' }, { region: 'eu-west' }, { type: 'kettle' }])(
  'a reading reaches who subscribed to %j',
  async (to) => {
    await subscribe(to);
    expect(await bring(aReading())).toMatchObject({ delivered: 1 });
    const update = frames.sensor_update.parse(JSON.parse(posts[0]?.frame ?? ''));
    expect(update).toEqual({ type: 'sensor_update', ...aReading(), sentAt: now() });
  },
);

it('a reading that nobody asked for is posted to nobody', async () => {
  await subscribe({ device: 'kettle-10' });
  expect(await bring(aReading())).toMatchObject({ delivered: 0 });
  expect(posts).toEqual([]);
});

it('a connection whose subscriptions overlap gets a reading once', async () => {
  await subscribe({ device: 'kettle-1' }, {}, 's1');
  await subscribe({ region: 'eu-west' }, {}, 's2');
  await subscribe({ type: 'kettle' }, {}, 's3');
  expect(await bring(aReading())).toMatchObject({ delivered: 1 });
  expect(posts).toHaveLength(1);
});

it('a connection whose grants do not cover the reading gets nothing, whatever it subscribed to', async () => {
  await subscribe({ region: 'eu-west' }, { grants: ['device:pump-*'] });
  expect(await bring(aReading())).toMatchObject({ delivered: 0, notGranted: 1 });
  expect(posts).toEqual([]);
});

it('a connection whose token has expired gets nothing', async () => {
  await subscribe({ region: 'eu-west' }, { tokenExpiresAt: now() });
  expect(await bring(aReading())).toMatchObject({ delivered: 0, tokenExpired: 1 });
  expect(posts).toEqual([]);
});

it('a connection that is gone is forgotten, rows that its own row no longer lists included', async () => {
  await connections.open(aConnection());
  await connections.claim({ target: 'type#pump', connectionId: aConnection().connectionId, id: 's2' }, 50);
  await subscribe({ type: 'pump' }, {}, 's2');
  await subscribe({ region: 'eu-west' });
  outcomes[aConnection().connectionId] = 'gone';
  expect(await bring(aReading())).toMatchObject({ gone: 1 });
  expect(await connections.find(aConnection().connectionId)).toBeUndefined();
  expect(await subscriptions.byTarget('region#eu-west')).toEqual([]);
  expect(await subscriptions.byTarget('type#pump')).toEqual([]);
});

it('a connection that is gone but younger than 5 s is kept: $connect may not have returned yet', async () => {
  const young = aConnection({ connectedAt: now() - 5_000 });
  await connections.open(young);
  await subscribe({ region: 'eu-west' }, young);
  outcomes[young.connectionId] = 'gone';
  await bring(aReading());
  expect(await subscriptions.byTarget('region#eu-west')).toHaveLength(1);
});

it('one connection that is busy or refuses does not keep the reading from the others', async () => {
  for (const connectionId of ['a=', 'b=', 'c=']) await subscribe({ region: 'eu-west' }, { connectionId });
  outcomes = { 'a=': 'busy', 'b=': 'refused' };
  expect(await bring(aReading())).toMatchObject({ busy: 1, refused: 1, delivered: 1 });
  expect(posts.map(({ connectionId }) => connectionId).sort()).toEqual(['a=', 'b=', 'c=']);
  expect(await subscriptions.byTarget('region#eu-west')).toHaveLength(3);
});

describe('the time from device to push', () => {
  const times = () => measured.filter(([metric]) => metric === 'DeviceToPushMs');

  it('is taken of readings that a viewer got, and of no others, however many', async () => {
    await subscribe({ device: 'kettle-0' });
    const unwatched = Array.from({ length: 200 }, (_, n) => aReading({ deviceId: `pump-${n}` }));
    const slow = aReading({ deviceId: 'kettle-0', receivedAt: now() - 9_000 });
    await bring(...unwatched, slow);
    expect(times()).toEqual([['DeviceToPushMs', 9_000]]);
  });

  it('is that of its last viewer, once a reading', async () => {
    for (const connectionId of ['a=', 'b=']) await subscribe({ region: 'eu-west' }, { connectionId });
    const push = async (): Promise<Outcome> => {
      time += 1_000;
      return 'delivered';
    };
    const { receivedAt } = aReading();
    const waited = now() - receivedAt;
    await deliver({ ...ports, push })([aReading({ seq: 1 }), aReading({ seq: 2 })], Infinity);
    expect(times()).toEqual([1, 2].map(() => ['DeviceToPushMs', waited + 2_000]));
  });

  it.each<Outcome>(['busy', 'gone', 'refused'])('is not taken of one that was %s', async (outcome) => {
    await subscribe({ region: 'eu-west' });
    outcomes[aConnection().connectionId] = outcome;
    await bring(aReading());
    expect(times()).toEqual([]);
  });

  it('is not taken of a delivery that fails: it comes again', async () => {
    for (const connectionId of ['a=', 'b=']) await subscribe({ region: 'eu-west' }, { connectionId });
    const push = (connectionId: string): Promise<Outcome> =>
      connectionId === 'a=' ? Promise.reject(new Error('down')) : Promise.resolve('delivered');
    await expect(deliver({ ...ports, push })([aReading()], Infinity)).rejects.toThrow('down');
    expect(times()).toEqual([]);
  });
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
  await expect(deliver({ ...ports, push })([aReading()], Infinity)).rejects.toThrow('no credentials');
  expect(ended).toEqual(['b=', 'c=']);
});

it('a store that is down fails the delivery', async () => {
  const byTarget = () => Promise.reject(new Error('throttled'));
  await expect(
    deliver({ ...ports, subscriptions: { ...subscriptions, byTarget } })([aReading()], Infinity),
  ).rejects.toThrow('throttled');
});

it('a reading that its where does not want is not posted', async () => {
  await subscribe({ region: 'eu-west' }, { where: [{ field: 'temperature', op: '>', value: 30 }] });
  expect(await bring(aReading())).toMatchObject({ delivered: 0, filtered: 1 });
  expect(posts).toEqual([]);
});

it('a reading within the pace of maxRate waits, and goes out folded into the next', async () => {
  await subscribe({ region: 'eu-west' }, { maxRate: 1 });
  const send = (seq: number, temperature: number) => bring(aReading({ seq, data: { temperature } }));
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
  for (const seq of [1, 2, 3]) await bring(aReading({ seq }));
  expect(scheduled).toEqual([
    { key: { connectionId: aConnection().connectionId, deviceId: 'kettle-1' }, afterMs: 2_000 },
  ]);
});

it('a subscription without maxRate brings every reading, whatever another of the connection asks for', async () => {
  await subscribe({ region: 'eu-west' }, { maxRate: 0.01 }, 's1');
  await subscribe({ device: 'kettle-1' }, {}, 's2');
  for (const seq of [1, 2, 3]) expect(await bring(aReading({ seq }))).toMatchObject({ delivered: 1 });
  expect(posts).toHaveLength(3);
});

it('a paced update that the edge was too busy for waits on, with what comes meanwhile', async () => {
  await subscribe({ region: 'eu-west' }, { maxRate: 1 });
  outcomes[aConnection().connectionId] = 'busy';
  expect(await bring(aReading({ seq: 1 }))).toMatchObject({ busy: 1 });
  const key = { connectionId: aConnection().connectionId, deviceId: 'kettle-1' };
  expect(scheduled).toEqual([{ key, afterMs: 2_000 }]);
  expect(await bring(aReading({ seq: 2 }))).toMatchObject({ folded: 1 });
  expect((await ports.paces.find(key))?.pace.pending).toMatchObject({ last: { seq: 2 }, count: 2 });
});

it('changedBy is measured against what was sent for another subscription of the connection, too', async () => {
  await subscribe({ region: 'eu-west' }, { where: [{ field: 'temperature', op: '>', value: 50 }] }, 's1');
  await subscribe(
    { device: 'kettle-1' },
    { where: [{ field: 'temperature', op: 'changedBy', value: 1 }] },
    's2',
  );
  const send = (seq: number, temperature: number) => bring(aReading({ seq, data: { temperature } }));
  for (const [n, temperature] of [20, 60, 20.2].entries())
    expect(await send(n, temperature)).toMatchObject({ delivered: 1 });
});

it('a value that jumps and returns while it waits is not left jumped', async () => {
  const where = [{ field: 'temperature', op: 'changedBy', value: 1 }] as const;
  await subscribe({ region: 'eu-west' }, { maxRate: 1, where });
  const send = (seq: number, temperature: number) => bring(aReading({ seq, data: { temperature } }));
  await send(1, 20);
  await send(2, 90);
  expect(await send(3, 20)).toMatchObject({ folded: 1 });
  const key = { connectionId: aConnection().connectionId, deviceId: 'kettle-1' };
  expect((await ports.paces.find(key))?.pace.pending).toMatchObject({
    last: { seq: 3 },
    max: { temperature: 90 },
  });
});

const updatesOf = (frame: string | undefined) => {
  const { type, ...rest } = JSON.parse(frame ?? '') as { type: string };
  return type === 'sensor_batch'
    ? frames.sensor_batch.parse({ type, ...rest }).updates
    : [frames.sensor_update.parse({ type, ...rest })];
};

describe('several readings at once', () => {
  it('go out as one frame a connection, the oldest first', async () => {
    await subscribe({ region: 'eu-west' });
    const later = aReading({ seq: 43, receivedAt: aReading().receivedAt + 100 });
    expect(await bring(later, aReading({ deviceId: 'kettle-2' }), aReading())).toMatchObject({
      delivered: 3,
    });
    expect(posts).toHaveLength(1);
    expect(updatesOf(posts[0]?.frame).map(({ deviceId, seq }) => `${deviceId} ${seq}`)).toEqual([
      'kettle-2 42',
      'kettle-1 42',
      'kettle-1 43',
    ]);
    expect(measured).toContainEqual(['Posts', 1]);
  });

  it('go out in frames of at most 32 KB', async () => {
    await subscribe({ region: 'eu-west' });
    const data = { text: 'ü'.repeat(5_000) };
    await bring(...[1, 2, 3, 4, 5, 6, 7].map((seq) => aReading({ seq, data })));
    expect(posts.map(({ frame }) => updatesOf(frame).length)).toEqual([3, 3, 1]);
    for (const { frame } of posts) expect(Buffer.byteLength(frame)).toBeLessThanOrEqual(32 * 1024);
  });

  it('reach each viewer with what it subscribed to', async () => {
    await subscribe({ device: 'kettle-1' }, { connectionId: 'a=' });
    await subscribe({ device: 'kettle-2' }, { connectionId: 'b=' });
    await bring(aReading(), aReading({ deviceId: 'kettle-2' }));
    expect(posts.map(({ connectionId, frame }) => [connectionId, updatesOf(frame)[0]?.deviceId])).toEqual([
      ['a=', 'kettle-1'],
      ['b=', 'kettle-2'],
    ]);
  });

  it('are folded for a maxRate with one look at the pace, a spike among them in max', async () => {
    await subscribe({ region: 'eu-west' }, { maxRate: 1 });
    const finds = vi.spyOn(ports.paces, 'find');
    const tenHertz = (from: number, spike: number) =>
      Array.from({ length: 10 }, (_, n) =>
        aReading({
          seq: from + n,
          receivedAt: 1_763_690_000_000 + (from + n) * 100,
          data: { temperature: from + n === spike ? 99 : 20 },
        }),
      );
    expect(await bring(...tenHertz(0, -1))).toMatchObject({ delivered: 1, folded: 9 });
    time += 1_000;
    expect(await bring(...tenHertz(10, 14))).toMatchObject({ delivered: 1, folded: 9 });
    time += 1_000;
    await bring(...tenHertz(20, -1));
    expect(finds).toHaveBeenCalledTimes(3 + 2); // Once a call, and to note each of two updates that stood for several.
    const updates = posts.flatMap(({ frame }) => updatesOf(frame));
    expect(updates.map(({ folded }) => folded?.max['temperature'])).toEqual([undefined, 20, 99]);
    expect(updates.map(({ folded }) => folded?.count ?? 1)).toEqual([1, 10, 10]);
  });

  it('keep the distances in which they came: at a maxRate of their own rate none is folded', async () => {
    await subscribe({ region: 'eu-west' }, { maxRate: 10 });
    const readings = Array.from({ length: 10 }, (_, n) =>
      aReading({ seq: n, receivedAt: 1_763_690_000_000 + n * 100 }),
    );
    expect(await bring(...readings)).toMatchObject({ delivered: 10, folded: 0 });
    expect(posts).toHaveLength(1);
  });
});

describe('what the edge is too busy for', () => {
  it('is sent later, whole, if its viewer wants every reading', async () => {
    await subscribe({ region: 'eu-west' });
    outcomes[aConnection().connectionId] = 'busy';
    expect(await bring(aReading({ seq: 1 }), aReading({ seq: 2 }))).toMatchObject({ busy: 2 });
    expect(unsent).toMatchObject([
      { unsent: { attempt: 1, folds: [{ last: { seq: 1 } }, { last: { seq: 2 } }] }, afterMs: 1_000 },
    ]);
  });

  it('is not pushed on with: the frames after it are sent later too, without asking', async () => {
    await subscribe({ region: 'eu-west' });
    outcomes[aConnection().connectionId] = 'busy';
    const data = { text: 'x'.repeat(20_000) };
    expect(await bring(...[1, 2, 3].map((seq) => aReading({ seq, data })))).toMatchObject({ busy: 3 });
    expect(posts).toHaveLength(1);
    expect(unsent[0]?.unsent.folds).toHaveLength(3);
  });
});

it('no push begins that might not end in time; what is left is sent later', async () => {
  for (const connectionId of ['a=', 'b=']) await subscribe({ region: 'eu-west' }, { connectionId });
  const until = now() + pushMs - 1;
  expect(await deliver(ports)([aReading()], until)).toMatchObject({ busy: 2 });
  expect(posts).toEqual([]);
  expect(unsent.flatMap(({ unsent: { connectionIds } }) => connectionIds).sort()).toEqual(['a=', 'b=']);
  expect(measured).toContainEqual(['OutOfTime', 1]);
});

it('a connection that is gone is not posted to again, though its row be cached', async () => {
  await subscribe({ region: 'eu-west' });
  const cached = await subscriptions.byTarget('region#eu-west');
  const take = deliver({
    ...ports,
    subscriptions: { ...subscriptions, byTarget: async (key) => (key === 'region#eu-west' ? cached : []) },
  });
  outcomes[aConnection().connectionId] = 'gone';
  expect(await take([aReading()], Infinity)).toMatchObject({ gone: 1 });
  expect(await take([aReading({ seq: 43 })], Infinity)).toMatchObject({ gone: 0 });
  expect(posts).toHaveLength(1);
});

it('those that took the last post are served before those nobody has heard of', async () => {
  const take = deliver(ports);
  await subscribe({ device: 'kettle-1' }, { connectionId: 'living=' });
  await take([aReading()], Infinity);
  await subscribe({ device: 'kettle-1' }, { connectionId: 'a=' });
  await subscribe({ device: 'kettle-1' }, { connectionId: 'living=' });
  const { byTarget } = subscriptions;
  subscriptions.byTarget = async (key) => (await byTarget(key)).reverse();
  posts.length = 0;
  await deliver(ports)([aReading({ seq: 43 })], Infinity); // Another environment: in the order of the table.
  const unsorted = posts.map(({ connectionId }) => connectionId);
  posts.length = 0;
  await take([aReading({ seq: 44 })], Infinity);
  expect(unsorted).toEqual(['a=', 'living=']);
  expect(posts.map(({ connectionId }) => connectionId)).toEqual(['living=', 'a=']);
});

it('what a connection could not be sent is owed to it, so that a resumption goes back far enough', async () => {
  const debts = memoryDebts();
  ports = { ...ports, debts };
  await subscribe({ region: 'eu-west' });
  const { connectionId } = aConnection();
  outcomes[connectionId] = 'busy';
  await bring(aReading({ seq: 2, receivedAt: 2_000 }), aReading({ seq: 1, receivedAt: 1_000 }));
  expect(await debts.since(connectionId, now())).toBe(1_000);
  await debts.pay([connectionId], unsent[0]?.unsent.debt ?? '');
  expect(await debts.since(connectionId, now())).toBeUndefined();
});

it('viewers who could not be sent the same are in one message', async () => {
  for (const connectionId of ['a=', 'b=', 'c=']) await subscribe({ region: 'eu-west' }, { connectionId });
  await subscribe({ device: 'kettle-2' }, { connectionId: 'd=' });
  for (const connectionId of ['a=', 'b=', 'd=']) outcomes[connectionId] = 'busy';
  expect(await bring(aReading(), aReading({ deviceId: 'kettle-2' }))).toMatchObject({ busy: 5 });
  expect(unsent.map(({ unsent: { connectionIds, folds } }) => [connectionIds, folds.length])).toEqual([
    [['a=', 'b='], 2],
    [['d='], 1],
  ]);
});

it('a reading for a connection about to open that is said to be gone is sent later', async () => {
  const young = aConnection({ connectedAt: now() - 5_000 });
  await subscribe({ region: 'eu-west' }, young);
  outcomes[young.connectionId] = 'gone';
  expect(await bring(aReading())).toMatchObject({ gone: 0, busy: 1 });
  expect(unsent).toHaveLength(1);
});

it('posts to 64 at once, and to everybody though some posts throw; then it throws', async () => {
  const many = Array.from({ length: 200 }, (_, n) => `${n}=`);
  for (const connectionId of many) await subscribe({ region: 'eu-west' }, { connectionId });
  let [open, mostOpen] = [0, 0];
  ports.push = async (connectionId, frame) => {
    const place = posts.push({ connectionId, frame });
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    await new Promise(setImmediate);
    open -= 1;
    if (place <= 64) throw new Error('down for some');
    return 'delivered';
  };
  await expect(bring(aReading())).rejects.toThrow('down for some');
  expect(new Set(posts.map(({ connectionId }) => connectionId))).toEqual(new Set(many));
  expect(mostOpen).toBe(64);
  expect(open).toBe(0);
});

it('those that it knew and that are cut are each asked once, and then forgotten', async () => {
  const many = Array.from({ length: 400 }, (_, n) => `${n}=`);
  for (const connectionId of many) await subscribe({ region: 'eu-west' }, { connectionId });
  const take = deliver(ports);
  expect(await take([aReading()], Infinity)).toMatchObject({ delivered: 400 });
  for (const connectionId of many.slice(40)) outcomes[connectionId] = 'gone';
  posts = [];
  expect(await take([aReading({ seq: 43 })], Infinity)).toMatchObject({ delivered: 40, gone: 360 });
  expect(await take([aReading({ seq: 44 })], Infinity)).toMatchObject({ delivered: 40, gone: 0 }); // Their rows are still there.
  expect(posts).toHaveLength(440);
});

describe('when very many are gone', () => {
  const many = Array.from({ length: 1_500 }, (_, n) => `${n}=`);
  let forgotten: ReturnType<typeof memoryLater>['forgotten'];

  beforeEach(async () => {
    const delayed = memoryLater();
    ({ forgotten, unsent } = delayed);
    ports = {
      ...ports,
      later: delayed.later,
      push: async (connectionId) => {
        time += 0.2; // Of many at once.
        posts.push({ connectionId, frame: '' });
        return 'gone';
      },
    };
    for (const connectionId of many) await subscribe({ region: 'eu-west' }, { connectionId });
  });

  it('an invocation asks its share of them, has those forgotten and the others asked later', async () => {
    const { gone, busy } = await bring(aReading());
    expect(gone).toBeGreaterThanOrEqual(64);
    expect(gone).toBeLessThan(1_300);
    expect(gone + busy).toBe(1_500);
    expect(forgotten).toHaveLength(gone);
    expect(unsent.flatMap(({ unsent: { connectionIds } }) => connectionIds)).toHaveLength(busy);
    const seconds = Array.from({ length: Math.ceil(busy / 200) }, (_, n) => n + 1);
    expect(unsent).toMatchObject(
      seconds.map((second) => ({ unsent: { attempt: 0 }, afterMs: second * 1_000 })),
    );
  });

  it('those that were put off are asked by nobody until their turn is over; then they are asked again', async () => {
    const take = deliver(ports);
    const first = await take([aReading()], Infinity);
    const asked = unsent.length;
    const next = await take([aReading({ seq: 43 })], Infinity);
    expect(next).toMatchObject({ gone: 0, busy: first.busy });
    expect(Math.min(...unsent.slice(asked).map(({ afterMs }) => afterMs))).toBeGreaterThanOrEqual(5_000);
    time += 20_000;
    expect(await take([aReading({ seq: 44 })], Infinity)).toMatchObject({ busy: 0, gone: first.busy });
    expect(new Set(posts.map(({ connectionId }) => connectionId)).size).toBe(posts.length);
  });

  it('who came back last is asked first', async () => {
    await subscribe({ region: 'eu-west' }, { connectionId: 'back=', connectedAt: time - 6_000 });
    await bring(aReading());
    expect(posts[0]).toMatchObject({ connectionId: 'back=' });
  });

  it('those who are there wait for nobody, though they came before the others and nobody knows them', async () => {
    const there = Array.from({ length: 40 }, (_, n) => `there-${n}=`);
    for (const connectionId of there)
      await subscribe(
        { region: 'eu-west' },
        { connectionId, connectedAt: aConnection().connectedAt - 60_000 },
      );
    const { push } = ports;
    ports.push = (connectionId, frame) =>
      there.includes(connectionId) ? Promise.resolve('delivered') : push(connectionId, frame);
    const { delivered, busy } = await bring(aReading());
    expect(delivered).toBe(40);
    expect(busy).toBeGreaterThan(100);
  });

  it('of those who are there, one in ten and scattered among the others, hardly anybody waits', async () => {
    const isThere = (connectionId: string): boolean => many.indexOf(connectionId) % 10 === 0;
    for (const [n, connectionId] of many.entries())
      await subscribe({ region: 'eu-west' }, { connectionId, connectedAt: aConnection().connectedAt - n });
    const { push } = ports;
    ports.push = (connectionId, frame) =>
      isThere(connectionId) ? Promise.resolve('delivered') : push(connectionId, frame);
    const { delivered, gone, busy } = await bring(aReading());
    expect(delivered).toBeGreaterThan(145);
    expect(delivered + gone + busy).toBe(1_500);
  });

  it('a resumption goes back to what was put off so long, whoever asks', async () => {
    const take = deliver(ports);
    await take([aReading()], Infinity);
    expect(await debts.since('whoever=', time)).toBeUndefined(); // Every resumption goes back by more.
    await take([aReading()], Infinity);
    expect(await debts.since('whoever=', time + 60_000)).toBe(aReading().receivedAt);
    expect(await debts.since('whoever=', time + 120_000)).toBeUndefined();
  });

  it('a clean-up that fails does not fail the delivery', async () => {
    ports = { ...ports, later: { ...ports.later, forget: () => Promise.reject(new Error('queue down')) } };
    expect((await bring(aReading())).gone).toBeGreaterThan(0);
    expect(measured).toContainEqual(['ForgetFailed', 1]);
  });
});

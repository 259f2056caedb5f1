import { beforeEach, expect, it } from 'vitest';
import { aConnection, aReading } from './factories.ts';
import { memoryConnections } from './memory/connections.ts';
import { memoryDebts } from './memory/debts.ts';
import { memoryLater } from './memory/later.ts';
import { memoryPaces } from './memory/paces.ts';
import { memorySubscriptions } from './memory/subscriptions.ts';
import { fold } from './fold.ts';
import { pushMs, type Debts, type Outcome } from './ports.ts';
import { frames } from './protocol.ts';
import { resend, type ResendPorts } from './resend.ts';
import { resendAfterMs } from './resendAfterMs.ts';

const now = 1_763_690_000_100;
const connection = aConnection();
const { connectionId } = connection;
let posts: string[];
let outcome: Outcome;
let hangUps: string[];
let hangUpEnd: 'done' | 'busy';
let measured: [string, number][];
let unsent: ReturnType<typeof memoryLater>['unsent'];
let debts: Debts;
let ports: ResendPorts;

beforeEach(async () => {
  posts = [];
  debts = memoryDebts();
  hangUps = [];
  measured = [];
  outcome = 'delivered';
  hangUpEnd = 'done';
  const delayed = memoryLater();
  unsent = delayed.unsent;
  ports = {
    connections: memoryConnections(),
    subscriptions: memorySubscriptions(),
    paces: memoryPaces(),
    debts,
    later: delayed.later,
    push: async (_, frame) => {
      posts.push(frame);
      return outcome;
    },
    hangUp: async (id) => {
      hangUps.push(id);
      return hangUpEnd;
    },
    measure: (metric, value) => void measured.push([metric, value]),
    now: () => now,
    random: () => 1,
  };
  const connections = memoryConnections();
  await connections.open(connection);
  await connections.claim({ target: 'region#eu-west', connectionId, id: 's1' }, 50);
  ports = { ...ports, connections };
});

const folds = [1, 2].map((seq) => fold(undefined, aReading({ seq })));
const again = async (attempt = 1) =>
  (await resend(ports)({ connectionIds: [connectionId], folds, attempt }, Infinity)).get(connectionId);

it('what is owed goes out, in order, as one frame', async () => {
  expect(await again()).toBe('delivered');
  expect(
    posts.map((frame) => frames.sensor_batch.parse(JSON.parse(frame)).updates.map(({ seq }) => seq)),
  ).toEqual([[1, 2]]);
  expect(measured).toContainEqual(['Resent', 2]);
});

it('a connection that is gone is owed nothing: its client resumes from the history', async () => {
  await ports.connections.close(connectionId);
  expect(await again()).toBe('gone');
  expect(posts).toEqual([]);
});

it('a connection that turns out to be gone is forgotten', async () => {
  outcome = 'gone';
  expect(await again()).toBe('gone');
  expect(await ports.connections.findAll([connectionId])).toEqual([]);
});

it('a connection that may not see it any more does not get it', async () => {
  const connections = memoryConnections();
  await connections.open(aConnection({ grants: ['region:us-east'] }));
  await connections.claim({ target: 'region#eu-west', connectionId, id: 's1' }, 50);
  ports = { ...ports, connections };
  expect(await again()).toBe('unwanted');
  expect(posts).toEqual([]);
});

it('a connection that unsubscribed does not get it', async () => {
  const connections = memoryConnections();
  await connections.open(connection);
  ports = { ...ports, connections };
  expect(await again()).toBe('unwanted');
});

it('an edge that is still busy is asked again, at growing distances', async () => {
  outcome = 'busy';
  expect(await again(1)).toBe('later');
  expect(await again(2)).toBe('later');
  expect(
    unsent.map(({ unsent: { attempt, folds: left }, afterMs }) => [attempt, left.length, afterMs]),
  ).toEqual([
    [2, 2, 2_000],
    [3, 2, 4_000],
  ]);
});

it('an edge that stays busy for some two minutes loses the connection, whose client resumes', async () => {
  outcome = 'busy';
  expect(await again(8)).toBe('hungUp');
  expect(hangUps).toEqual([connectionId]);
  expect(await ports.connections.findAll([connectionId])).toEqual([]);
  expect(unsent).toEqual([]);
  const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => resendAfterMs(attempt, 0.5));
  expect(waits.reduce((sum, ms) => sum + ms)).toBeGreaterThan(120_000);
});

it('what cannot be hung up either is tried again', async () => {
  outcome = 'busy';
  hangUpEnd = 'busy';
  expect(await again(8)).toBe('later');
  expect(unsent[0]?.afterMs).toBe(60_000);
});

it.each<[Outcome | 'unwanted', boolean]>([
  ['delivered', true],
  ['refused', true],
  ['unwanted', true],
  ['busy', false],
  ['gone', false],
])('after %s the debt is paid: %s', async (end, isPaid) => {
  outcome = end === 'unwanted' ? 'delivered' : end;
  const wanted = end === 'unwanted' ? [fold(undefined, aReading({ region: 'us-east' }))] : folds;
  await ports.debts.owe([connectionId], 'one', 5, now);
  await resend(ports)({ connectionIds: [connectionId], folds: wanted, attempt: 1, debt: 'one' }, Infinity);
  expect((await debts.since(connectionId, now)) === undefined).toBe(isPaid);
});

it('nothing begins that might not end in time', async () => {
  const ends = await resend(ports)({ connectionIds: [connectionId], folds, attempt: 1 }, now + pushMs - 1);
  expect(ends.get(connectionId)).toBe('later');
  expect(posts).toEqual([]);
});

it('waits are spread: no two of them come back at once', () => {
  expect([resendAfterMs(3, 0), resendAfterMs(3, 1)]).toEqual([2_000, 4_000]);
});

it('of many connections each gets it that is there, and those that are gone are forgotten', async () => {
  const connections = memoryConnections();
  for (const id of ['a=', 'b=']) {
    await connections.open(aConnection({ connectionId: id }));
    await connections.claim({ target: 'region#eu-west', connectionId: id, id: 's1' }, 50);
  }
  const push = async (id: string): Promise<Outcome> => (id === 'a=' ? 'delivered' : 'gone');
  const ends = await resend({ ...ports, connections, push })(
    { connectionIds: ['a=', 'b=', 'unknown='], folds, attempt: 0 },
    Infinity,
  );
  expect(Object.fromEntries(ends)).toEqual({ 'a=': 'delivered', 'b=': 'gone', 'unknown=': 'gone' });
  expect(await connections.find('a=')).toBeDefined();
  expect(await connections.find('b=')).toBeUndefined();
});

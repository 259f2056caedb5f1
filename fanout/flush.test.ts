import { beforeEach, describe, expect, it } from 'vitest';
import { aConnection, aReading } from './factories.ts';
import { flush, type FlushPorts } from './flush.ts';
import { memoryConnections } from './memory/connections.ts';
import { unmeasured } from './metrics.ts';
import { memoryDebts } from './memory/debts.ts';
import { memoryLater } from './memory/later.ts';
import { memoryPaces } from './memory/paces.ts';
import { memorySubscriptions } from './memory/subscriptions.ts';
import { fold } from './fold.ts';
import { step, type Pace } from './pace.ts';
import { pushMs, type Connections, type Outcome } from './ports.ts';
import { frames } from './protocol.ts';

const { connectionId } = aConnection();
const key = { connectionId, deviceId: 'kettle-1' };
const nextAt = 1_763_690_001_000;

let ports: FlushPorts;
let connections: Connections;
let scheduled: ReturnType<typeof memoryLater>['scheduled'];
let posts: string[];
let outcome: Outcome;
let time: number;

/** Two readings wait for `nextAt`. */
const waiting = (): Pace => ({
  nextAt,
  pending: fold(
    fold(undefined, aReading({ seq: 1, data: { temperature: 90 } })),
    aReading({ seq: 2, data: { temperature: 20 } }),
  ),
  matched: 3,
  updates: 1,
});

beforeEach(async () => {
  posts = [];
  outcome = 'delivered';
  time = nextAt;
  const delayed = memoryLater();
  scheduled = delayed.scheduled;
  connections = memoryConnections();
  ports = {
    connections,
    subscriptions: memorySubscriptions(),
    paces: memoryPaces(),
    debts: memoryDebts(),
    measure: unmeasured,
    later: delayed.later,
    push: async (_, frame) => {
      posts.push(frame);
      return outcome;
    },
    now: () => time,
  };
  await connections.open(aConnection());
  await connections.claim({ ...key, id: 's1', target: 'region#eu-west', maxRate: 1 }, 50);
  await ports.paces.write(key, waiting(), undefined);
});

it('what waited goes out when it is due, once, and the next has to wait its turn', async () => {
  expect(await flush(ports)(key, Infinity)).toBe('delivered');
  expect(await flush(ports)(key, Infinity)).toBe('nothing');
  expect(posts.map((frame) => frames.sensor_update.parse(JSON.parse(frame)))).toMatchObject([
    { seq: 2, folded: { count: 2, min: { temperature: 20 }, max: { temperature: 90 } } },
  ]);
  const found = await ports.paces.find(key);
  expect(found?.pace).toMatchObject({ nextAt: nextAt + 1_000 });
  expect(found?.pace.pending).toBeUndefined();
});

it('what is not due yet is looked at again when it is', async () => {
  time = nextAt - 400;
  expect(await flush(ports)(key, Infinity)).toBe('early');
  expect(posts).toEqual([]);
  expect(scheduled).toEqual([{ key, afterMs: 400 }]);
});

it.each<[string, () => Promise<unknown>]>([
  ['the connection is gone', () => connections.close(connectionId)],
  [
    'its grants no longer cover the device',
    () => connections.authenticate(connectionId, { grants: ['region:us-east'], tokenExpiresAt: nextAt * 2 }),
  ],
  [
    'its token has expired',
    () => connections.authenticate(connectionId, { grants: ['*'], tokenExpiresAt: nextAt }),
  ],
  ['it no longer subscribes to the device', () => connections.release(connectionId, 's1')],
])('what waited is dropped when %s', async (_, end) => {
  await end();
  expect(await flush(ports)(key, Infinity)).toBe('unwanted');
  expect(posts).toEqual([]);
  expect((await ports.paces.find(key))?.pace.pending).toBeUndefined();
});

it('what the edge was too busy for waits on, and is tried again soon', async () => {
  outcome = 'busy';
  expect(await flush(ports)(key, Infinity)).toBe('busy');
  expect(scheduled).toEqual([{ key, afterMs: 2_000 }]);
  expect((await ports.paces.find(key))?.pace.pending).toBeDefined();
});

it('a reading that comes while the fold is posted waits for its own turn, and the fold goes out once', async () => {
  const { push } = ports;
  ports.push = async (...args) => {
    const found = await ports.paces.find(key);
    const next = step(found?.pace, aReading({ seq: 3 }), [{ maxRate: 1 }], time);
    await ports.paces.write(key, next?.pace ?? waiting(), found?.version);
    return push(...args);
  };
  expect(await flush(ports)(key, Infinity)).toBe('delivered');
  expect(posts.map((frame) => frames.sensor_update.parse(JSON.parse(frame)).seq)).toEqual([2]);
  const { pace } = (await ports.paces.find(key)) ?? {};
  expect(pace).toMatchObject({ pending: { last: { seq: 3 }, count: 1 }, nextAt: nextAt + 1_000 });
  expect(pace?.sending).toBeUndefined();
});

it('what a flush had taken when it failed is sent by its repetition', async () => {
  const { push } = ports;
  ports.push = () => Promise.reject(new Error('no credentials'));
  await expect(flush(ports)(key, Infinity)).rejects.toThrow('no credentials');
  ports.push = push;
  time += 15_000; // Until then somebody may still be sending it.
  expect(await flush(ports)(key, Infinity)).toBe('delivered');
  expect(posts.map((frame) => frames.sensor_update.parse(JSON.parse(frame)))).toMatchObject([
    { seq: 2, folded: { count: 2 } },
  ]);
  expect(await flush(ports)(key, Infinity)).toBe('nothing');
});

it('a connection that the edge does not know is forgotten', async () => {
  outcome = 'gone';
  expect(await flush(ports)(key, Infinity)).toBe('gone');
  expect(await connections.find(connectionId)).toBeUndefined();
});

it('a flush that might not end in time is put off', async () => {
  expect(await flush(ports)(key, time + pushMs - 1)).toBe('early');
  expect(posts).toEqual([]);
  expect(scheduled).toEqual([{ key, afterMs: 2_000 }]);
});

it('a connection about to open that is said to be gone is kept, and asked again', async () => {
  outcome = 'gone';
  time = aConnection().connectedAt + 5_000;
  await ports.paces.write(key, { ...waiting(), nextAt: time }, (await ports.paces.find(key))?.version);
  expect(await flush(ports)(key, Infinity)).toBe('busy');
  expect(await connections.find(key.connectionId)).toBeDefined();
  expect(scheduled).toEqual([{ key, afterMs: 2_000 }]);
});

it('what the edge was too busy for waits on, for a resumption to find', async () => {
  outcome = 'busy';
  await flush(ports)(key, Infinity);
  expect(await ports.paces.waitingSince(key.connectionId)).toBe(aReading().receivedAt);
  outcome = 'delivered';
  time += 2_000;
  await flush(ports)(key, Infinity);
  expect(await ports.paces.waitingSince(key.connectionId)).toBeUndefined();
});

describe('what another invocation took to send', () => {
  const taken = fold(undefined, aReading({ seq: 1 }));
  const waits = fold(undefined, aReading({ seq: 2 }));
  const begin = async (over: Pick<Pace, 'nextAt' | 'sending'>) => {
    const pace = { matched: 2, updates: 1, pending: waits, ...over };
    await ports.paces.write(key, pace, (await ports.paces.find(key))?.version);
  };
  const posted = () => posts.map((post) => frames.sensor_update.parse(JSON.parse(post)));

  it('and never sent, goes out with what waits since, when it is time', async () => {
    await begin({ nextAt: 0, sending: [{ fold: taken, at: time - 15_000 }] });
    expect(await flush(ports)(key, Infinity)).toBe('delivered');
    expect(posted()).toMatchObject([{ seq: 2, folded: { count: 2 } }]);
    expect((await ports.paces.find(key))?.pace).not.toHaveProperty('sending');
  });

  it('and never sent, goes out though what waits must wait on', async () => {
    await begin({ nextAt: time + 500, sending: [{ fold: taken, at: time - 15_000 }] });
    expect(await flush(ports)(key, Infinity)).toBe('delivered');
    expect(posted()).toMatchObject([{ seq: 1 }]);
    expect(scheduled).toEqual([{ key, afterMs: 500 }]);
    expect((await ports.paces.find(key))?.pace.pending).toEqual(waits);
  });

  it('is left to it for 15 s', async () => {
    await begin({ nextAt: 0, sending: [{ fold: taken, at: time - 14_999 }] });
    expect(await flush(ports)(key, Infinity)).toBe('delivered');
    expect(posted()).toMatchObject([{ seq: 2 }]);
    expect(await flush(ports)(key, Infinity)).toBe('early');
    expect(scheduled).toEqual([{ key, afterMs: 1 }]);
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { aConnection, aReading, aSubscription } from '../factories.ts';
import { limits } from '../limits.ts';
import { memoryDebts } from '../memory/debts.ts';
import { anEdge, start, type Edge } from '../memory/edge.testing.ts';
import { fold } from '../fold.ts';
import type { Debts, Wish } from '../ports.ts';
import type { Frame, SensorUpdate, SnapshotDevice } from '../protocol.ts';
import type { Reading } from '../reading.ts';

const to = { region: 'eu-west' };
let edge: Edge;
let debts: Debts;
beforeEach(async () => {
  debts = memoryDebts();
  edge = anEdge({ debts });
  await edge.open({ grants: ['region:eu-west'] });
});

const subscribe = (over: object = {}): Promise<Frame[]> =>
  edge.ask({ action: 'subscribe', id: 's1', to, ...over });
const typesOf = (frames: readonly Frame[]) => frames.map(({ type }) => type);
const devicesIn = (frames: readonly Frame[]): SnapshotDevice[] =>
  frames.flatMap((frame) => (frame.type === 'snapshot' ? frame.devices : []));
const updatesIn = (frames: readonly Frame[]): SensorUpdate[] =>
  frames.flatMap((frame) => (frame.type === 'sensor_batch' ? frame.updates : []));
const seqs = (frames: readonly Frame[]) => updatesIn(frames).map(({ seq }) => seq);

const recordAll = async (...readings: Partial<Reading>[]) => {
  for (const reading of readings) {
    await edge.record(aReading(reading));
    edge.pass(1);
  }
};

/** Long ago for a replay without `since`. */
const recordedBefore = async (reading: Partial<Reading>) => {
  await edge.record(aReading(reading));
  edge.pass(60_000);
};

describe('subscribe', () => {
  it('writes a row that carries what delivery decides by', async () => {
    const wish: Wish = { where: [{ field: 'temperature', op: '>', value: 30 }], maxRate: 2 };
    const [subscribed] = await subscribe(wish);
    expect(subscribed).toEqual({ type: 'subscribed', id: 's1', to, ...wish, at: start });
    expect(await edge.ports.subscriptions.byTarget('region#eu-west')).toEqual([
      aSubscription({ grants: ['region:eu-west'], ...wish }),
    ]);
  });

  it('of the same id and target replaces the wish', async () => {
    await subscribe({ maxRate: 2 });
    await subscribe();
    const [row, ...others] = await edge.ports.subscriptions.byTarget('region#eu-west');
    expect(row).not.toHaveProperty('maxRate');
    expect(others).toEqual([]);
  });

  it('of an id that is another subscription is refused', async () => {
    await subscribe();
    expect(await subscribe({ to: { type: 'kettle' } })).toMatchObject([{ code: 'id_in_use', id: 's1' }]);
  });

  it('to what the token grants nothing of is refused and leaves no trace', async () => {
    expect(await subscribe({ to: { region: 'us-east' } })).toMatchObject([{ code: 'not_granted', id: 's1' }]);
    expect(await edge.ask({ action: 'subscriptions' })).toMatchObject([{ items: [] }]);
    expect(await edge.ports.subscriptions.byTarget('region#us-east')).toEqual([]);
  });

  it('is refused once the connection holds as many as welcome said', async () => {
    for (let n = 0; n < limits.subscriptions; n += 1)
      expect((await subscribe({ id: `s${n}`, to: { device: `d${n}` } })).at(-1)?.type).toBe('live');
    expect(await subscribe({ id: 'more' })).toMatchObject([{ code: 'too_many_subscriptions' }]);
  });

  it('is live a cache’s time after its row was written', async () => {
    expect((await subscribe()).at(-1)).toEqual({ type: 'live', id: 's1', at: start });
    expect(edge.ports.now()).toBe(start + edge.ports.subscriptionCacheMs);
  });

  it.each([
    ['was unsubscribed', () => edge.ask({ action: 'unsubscribe', id: 's1' }), 'unknown_subscription'],
    [
      'lost its connection',
      () => edge.ports.connections.close(aConnection().connectionId),
      'unknown_connection',
    ],
  ])('that %s meanwhile never says live', async (_, happens, code) => {
    edge.meanwhile(happens);
    expect((await subscribe()).at(-1)).toMatchObject({ type: 'error', code, id: 's1' });
  });
});

describe('the snapshot', () => {
  it('has each device of the target with its newest reading, then the count', async () => {
    await recordedBefore({ deviceId: 'b', seq: 1 });
    await recordedBefore({ deviceId: 'a', seq: 2 });
    await recordedBefore({ deviceId: 'a', seq: 1 });
    await recordedBefore({ deviceId: 'elsewhere', region: 'us-east' });
    const frames = await subscribe();
    expect(typesOf(frames)).toEqual(['subscribed', 'snapshot', 'snapshot_end', 'live']);
    expect(devicesIn(frames)).toMatchObject([
      { deviceId: 'a', region: 'eu-west', deviceType: 'kettle', online: true, latest: { seq: 2 } },
      { deviceId: 'b', lastSeen: start, latest: { seq: 1 } },
    ]);
    expect(frames[2]).toMatchObject({ id: 's1', devices: 2, at: start + 240_000 });
  });

  it('leaves out what moved away, what no grant covers and what the where does not match', async () => {
    await recordedBefore({ deviceId: 'moved', seq: 1 });
    await recordedBefore({ deviceId: 'moved', seq: 2, region: 'us-east' });
    await recordedBefore({ deviceId: 'cold', data: { temperature: 4 } });
    await recordedBefore({ deviceId: 'hot', data: { temperature: 90 } });
    await recordedBefore({ deviceId: 'pump-1', data: { temperature: 90 } });
    await edge.open({ grants: ['device:hot', 'device:cold', 'device:moved'] });
    const where = [
      { field: 'temperature', op: '>', value: 30 },
      { field: 'temperature', op: 'changedBy', value: 1 },
    ];
    expect(devicesIn(await subscribe({ where })).map(({ deviceId }) => deviceId)).toEqual(['hot']);
  });

  it('comes in as many frames as it takes', async () => {
    for (let n = 0; n < 10; n += 1)
      await recordedBefore({ deviceId: `d${n}`, data: { text: 'x'.repeat(10_000) } });
    const frames = await subscribe();
    expect(frames.filter(({ type }) => type === 'snapshot')).toHaveLength(4);
    expect(frames.every((frame) => JSON.stringify(frame).length <= limits.frameBytes)).toBe(true);
    expect(devicesIn(frames)).toHaveLength(10);
  });

  it('does not come if it is not wanted', async () => {
    await recordedBefore({});
    expect(typesOf(await subscribe({ snapshot: false }))).toEqual(['subscribed', 'live']);
  });
});

describe('what came between the row and live', () => {
  it('is replayed', async () => {
    edge.meanwhile(() => recordAll({ seq: 1 }, { seq: 2, region: 'us-east' }, { seq: 3 }));
    const frames = await subscribe();
    expect(typesOf(frames)).toEqual(['subscribed', 'snapshot_end', 'sensor_batch', 'live']);
    expect(seqs(frames)).toEqual([1, 3]);
  });

  it('is held to the where and folded by maxRate', async () => {
    const temperatures = [31, 32, 4, 33];
    edge.meanwhile(() =>
      recordAll(...temperatures.map((temperature, seq) => ({ seq, data: { temperature } }))),
    );
    const where = [{ field: 'temperature', op: '>', value: 30 }];
    const updates = updatesIn(await subscribe({ where, maxRate: 1 }));
    expect(updates).toMatchObject([{ seq: 0 }, { seq: 3, folded: { count: 2, max: { temperature: 33 } } }]);
  });

  it('is held to the grants that a newer token brought', async () => {
    edge.tokens.set('newer', { principal: 'ada', grants: ['device:pump-1'], expiresAt: start + 3_600_000 });
    edge.meanwhile(async () => {
      await edge.ask({ action: 'authenticate', token: 'newer' });
      await recordAll({ seq: 1 }, { seq: 2, deviceId: 'pump-1' });
    });
    expect(seqs(await subscribe())).toEqual([2]);
  });

  it('ends with a token that was brought meanwhile and ends before the replay does', async () => {
    const expiresAt = start + edge.ports.subscriptionCacheMs + 5;
    edge.tokens.set('shorter', { principal: 'ada', grants: ['*'], expiresAt });
    edge.meanwhile(async () => {
      await edge.ask({ action: 'authenticate', token: 'shorter' });
      await recordAll(
        { seq: 1, data: { text: 'x'.repeat(20_000) } },
        { seq: 2, data: { text: 'x'.repeat(20_000) } },
      );
    });
    const frames: Frame[] = [];
    const text = JSON.stringify({
      action: 'subscribe',
      id: 's1',
      to: { region: 'eu-west' },
      snapshot: false,
    });
    const last = await edge.reply(aConnection().connectionId, text, async (frame) => {
      frames.push(frame);
      edge.pass(3); // 3 ms each
      return 'delivered';
    });
    if (last !== undefined) frames.push(last);
    expect(typesOf(frames)).toEqual(['subscribed', 'sensor_batch', 'error']);
    expect(frames.at(-1)).toMatchObject({ code: 'token_expired' });
  });

  it('keeps the order of each device, and tells the oldest first', async () => {
    edge.meanwhile(() =>
      recordAll(
        { deviceId: 'b', seq: 1, receivedAt: 20 },
        { deviceId: 'b', seq: 2, receivedAt: 5 },
        { deviceId: 'a', seq: 3, receivedAt: 10 },
      ),
    );
    expect(seqs(await subscribe())).toEqual([3, 1, 2]);
  });

  it('is replaced by a snapshot where it is too much', async () => {
    edge.meanwhile(async () => {
      for (let seq = 0; seq <= limits.replayedReadings; seq += 1) await edge.record(aReading({ seq }));
    });
    const frames = await subscribe();
    expect(typesOf(frames)).toEqual([
      'subscribed',
      'snapshot_end',
      'resumed',
      'snapshot',
      'snapshot_end',
      'live',
    ]);
    expect(frames[2]).toEqual({ type: 'resumed', id: 's1', recovered: false, readings: 0 });
    expect(devicesIn(frames)).toMatchObject([{ latest: { seq: limits.replayedReadings } }]);
    expect(frames.at(-1)).toMatchObject({ at: start + edge.ports.subscriptionCacheMs });
  });
});

describe('since', () => {
  it('brings what was recorded from then on, and before it what may have been on its way', async () => {
    await edge.record(aReading({ seq: 1 }));
    edge.pass(1);
    await edge.record(aReading({ seq: 2 }));
    edge.pass(30_000);
    await edge.record(aReading({ seq: 3 }));
    const frames = await subscribe({ since: start + 1 + limits.resumeOverlapMs });
    expect(typesOf(frames)).toEqual(['subscribed', 'sensor_batch', 'resumed', 'live']);
    expect(seqs(frames)).toEqual([2, 3]);
    expect(frames[2]).toEqual({ type: 'resumed', id: 's1', recovered: true, readings: 2 });
  });

  it('goes back by a pause of maxRate more, for what was waiting for its turn when the connection went', async () => {
    await edge.record(aReading({ seq: 1 }));
    edge.pass(100_000);
    const since = start + limits.resumeOverlapMs + 99_000;
    expect(seqs(await subscribe({ since, maxRate: 0.01 }))).toEqual([1]);
    expect(seqs(await subscribe({ since, id: 's2' }))).toEqual([]);
  });

  it('goes back to what the connection before is owed, since an edge was too busy for it', async () => {
    await edge.record(aReading({ seq: 1 }));
    edge.pass(90_000);
    const since = edge.ports.now();
    await debts.owe(['lost='], 'one', start, since);
    expect(seqs(await subscribe({ since }))).toEqual([]);
    expect(seqs(await subscribe({ since, previous: 'another=', id: 's2' }))).toEqual([]);
    expect(seqs(await subscribe({ since, previous: 'lost=', id: 's3' }))).toEqual([1]);
    await debts.pay(['lost='], 'one');
    expect(seqs(await subscribe({ since, previous: 'lost=', id: 's4' }))).toEqual([]);
  });

  it('goes back to what waited for its turn on the connection before, where there is a maxRate', async () => {
    await edge.record(aReading({ seq: 1 }));
    const pending = { ...fold(undefined, aReading({ seq: 1 })), since: start };
    const key = { connectionId: 'lost=', deviceId: 'kettle-1' };
    await edge.ports.paces.write(key, { nextAt: 0, matched: 1, updates: 0, pending }, undefined);
    edge.pass(90_000);
    const resuming = { since: edge.ports.now(), previous: 'lost=' };
    expect(seqs(await subscribe({ ...resuming, maxRate: 1 }))).toEqual([1]);
    expect(seqs(await subscribe({ ...resuming, id: 's2' }))).toEqual([]);
  });

  it('brings a late reading of a device that has been silent since', async () => {
    await recordedBefore({ seq: 2 });
    const since = edge.ports.now();
    edge.pass(30_000);
    await edge.record(aReading({ seq: 1 }));
    expect(seqs(await subscribe({ since }))).toEqual([1]);
  });

  it('brings what a device sent before it moved away', async () => {
    const since = edge.ports.now();
    await recordAll({ seq: 1 }, { seq: 2, region: 'us-east' });
    expect(seqs(await subscribe({ since }))).toEqual([1]);
  });

  it('does not vouch for a device by name that the grants do not cover now, whether or not it exists', async () => {
    const since = edge.ports.now();
    await recordAll({ seq: 1 }, { seq: 2, region: 'us-east' });
    for (const device of ['kettle-1', 'nobody']) {
      const frames = await subscribe({ since, id: device, to: { device } });
      expect(frames).toContainEqual({ type: 'resumed', id: device, recovered: false, readings: 0 });
    }
  });

  it('brings all that a device sent here, however much it sent elsewhere', async () => {
    const since = edge.ports.now();
    for (let seq = 0; seq < 300; seq += 1) await edge.record(aReading({ seq, region: 'us-east' }));
    await recordAll({ seq: 300 }, { seq: 301, region: 'us-east' });
    expect(seqs(await subscribe({ since }))).toEqual([300]);
  });

  it('is refused where it lies in the future', async () => {
    const [frame] = await subscribe({ since: edge.ports.now() + 61_000 });
    expect(frame).toMatchObject({ type: 'error', code: 'bad_message', id: 's1' });
  });

  it('brings what was waiting for its turn by the wish that is replaced', async () => {
    await subscribe({ maxRate: 0.01, snapshot: false });
    edge.pass(50_000);
    await edge.record(aReading({ seq: 1 }));
    edge.pass(40_000);
    expect(seqs(await subscribe({ maxRate: 10, snapshot: false }))).toEqual([1]);
  });

  it('brings nothing of another target, whatever the grants', async () => {
    await edge.open({ grants: ['*'] });
    await recordAll({ seq: 1, region: 'us-east' }, { seq: 2 }, { seq: 3, region: 'us-east' });
    const frames = await subscribe({ since: start, snapshot: true });
    expect(devicesIn(frames)).toEqual([]);
    expect(seqs(frames)).toEqual([2]);
  });

  it('asks only the devices that have sent something since', async () => {
    const asked: string[] = [];
    const { of } = edge.ports.readings;
    edge.ports.readings.of = (deviceId, range) => {
      asked.push(deviceId);
      return of(deviceId, range);
    };
    await recordedBefore({ deviceId: 'silent' });
    await edge.record(aReading({ deviceId: 'talking' }));
    await subscribe({ since: edge.ports.now() });
    expect(asked).toEqual(['talking']);
  });

  it('with a snapshot has that first', async () => {
    await edge.record(aReading());
    const frames = await subscribe({ since: start, snapshot: true });
    expect(typesOf(frames)).toEqual([
      'subscribed',
      'snapshot',
      'snapshot_end',
      'sensor_batch',
      'resumed',
      'live',
    ]);
  });

  it.each([
    [undefined, ['subscribed', 'resumed', 'snapshot', 'snapshot_end', 'live']],
    [false, ['subscribed', 'resumed', 'live']],
  ])('before what is kept is not recovered; snapshot: %s', async (snapshot, types) => {
    await edge.record(aReading());
    const since = start - edge.ports.readings.retentionMs;
    const frames = await subscribe({ since, ...(snapshot === undefined ? {} : { snapshot }) });
    expect(typesOf(frames)).toEqual(types);
    expect(frames[1]).toMatchObject({ recovered: false, readings: 0 });
  });

  it('counts readings folded into one', async () => {
    for (let seq = 0; seq < 10; seq += 1) await edge.record(aReading({ seq }));
    expect(await subscribe({ since: start, maxRate: 1 })).toContainEqual({
      type: 'resumed',
      id: 's1',
      recovered: true,
      readings: 10,
    });
  });

  it('stops reading as soon as there is more than is replayed', async () => {
    const asked: string[] = [];
    const { of } = edge.ports.readings;
    edge.ports.readings.of = (deviceId, range) => {
      asked.push(deviceId);
      return of(deviceId, range);
    };
    for (let n = 0; n < 100; n += 1)
      for (let seq = 0; seq < 200; seq += 1) await edge.record(aReading({ deviceId: `d${n}`, seq }));
    expect(await subscribe({ since: start })).toContainEqual(expect.objectContaining({ recovered: false }));
    expect(asked.length).toBeLessThan(60);
  });
});

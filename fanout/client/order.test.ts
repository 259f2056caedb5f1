import { describe, expect, it } from 'vitest';
import { scriptedEdge } from './scriptedEdge.ts';
import { live, pass, reading, useFakeTime, watched } from './watched.ts';

useFakeTime();

const update = (seq: number, more: Parameters<typeof reading>[1] = {}) => ({
  type: 'sensor_update',
  ...reading(seq, more),
  sentAt: Date.now(),
});

describe('an update', () => {
  it('is handed out once, though it comes twice', async () => {
    const edge = scriptedEdge();
    const { client, seqs } = await live(edge);
    [1, 2, 1, 2, 3].forEach((seq) => edge.say(update(seq)));
    await pass(1_000);
    expect(seqs()).toEqual([1, 2, 3]);
    client.close();
  });

  it('of a device that does not count is handed out once too', async () => {
    const edge = scriptedEdge();
    const { client, updates } = await live(edge);
    const { boot: _, seq: __, ...plain } = update(1);
    [plain, plain, { ...plain, data: { temperature: 2 } }].forEach((one) => edge.say(one));
    await pass(1_000);
    expect(updates.map(({ data }) => data)).toEqual([{ temperature: 1 }, { temperature: 2 }]);
    client.close();
  });

  it('names the subscriptions it belongs to, and belongs to one at least', async () => {
    const edge = scriptedEdge();
    const { client, updates, subscription } = await live(edge);
    const warm = await client.subscribe(
      { device: 'kettle-1' },
      { where: [{ field: 'temperature', op: '>', value: 5 }] },
    );
    await pass(1_000);
    edge.say(update(1, { region: 'us-east' }));
    edge.say(update(1));
    edge.say(update(6));
    await pass(1_000);
    const id = warm.ok && warm.subscription.id;
    expect(updates.map(({ seq, subscriptions }) => [seq, subscriptions])).toEqual([
      [1, [subscription.id]],
      [6, [subscription.id, id]],
    ]);
    client.close();
  });

  it('of a batch is handed out like any other', async () => {
    const edge = scriptedEdge();
    const { client, updates } = await live(edge);
    edge.say({ type: 'sensor_batch', updates: [update(1), update(2)] });
    await pass(1);
    expect(updates.map(({ seq, source }) => [seq, source])).toEqual([
      [1, 'live'],
      [2, 'live'],
    ]);
    client.close();
  });

  it('that jumps ahead waits for those before it', async () => {
    const edge = scriptedEdge();
    const { client, seqs, gaps } = await live(edge);
    for (const seq of [1, 4, 3]) edge.say(update(seq));
    await pass(299);
    expect(seqs()).toEqual([1]);
    edge.say(update(2));
    await pass(0);
    expect([seqs(), gaps]).toEqual([[1, 2, 3, 4], []]);
    client.close();
  });

  it('that waited 300 ms is handed out, and what is missing told', async () => {
    const edge = scriptedEdge();
    const { client, seqs, gaps } = await live(edge);
    for (const seq of [1, 7, 4]) edge.say(update(seq));
    await pass(301);
    expect(seqs()).toEqual([1, 4, 7]);
    expect(gaps).toEqual([
      { deviceId: 'kettle-1', boot: 1, from: 2, to: 3 },
      { deviceId: 'kettle-1', boot: 1, from: 5, to: 6 },
    ]);
    client.close();
  });

  describe('that waited when the connection was cut', () => {
    const cutWhileWaiting = async (replayed: readonly number[]) => {
      const edge = scriptedEdge();
      const watching = await live(edge);
      for (const seq of [1, 4]) edge.say(update(seq));
      await pass(100);
      edge.cut();
      for (const seq of replayed) edge.publish(reading(seq), { lost: true });
      await pass(5_000);
      watching.client.close();
      return watching;
    };

    it('is handed out, and what the resumption does not bring is told', async () => {
      const { seqs, gaps } = await cutWhileWaiting([3]);
      expect(seqs()).toEqual([1, 4, 3]);
      expect(gaps).toEqual([{ deviceId: 'kettle-1', boot: 1, from: 2, to: 2 }]);
    });

    it('is handed out, and nothing is told of what the resumption brings', async () => {
      const { seqs, gaps } = await cutWhileWaiting([2, 3]);
      expect(seqs()).toEqual([1, 4, 2, 3]);
      expect(gaps).toEqual([]);
    });
  });

  it('that comes after a newer one is late, and the newest stays the newest', async () => {
    const edge = scriptedEdge();
    const { client, updates } = await live(edge);
    for (const seq of [1, 3]) edge.say(update(seq));
    await pass(301);
    edge.say(update(2));
    await pass(1);
    expect(updates.map(({ seq, late }) => [seq, late])).toEqual([
      [1, undefined],
      [3, undefined],
      [2, true],
    ]);
    expect(client.latest('kettle-1')?.seq).toBe(3);
    expect(client.latest('kettle-2')).toBeUndefined();
    client.close();
  });

  it('of a new boot does not wait for the rest of the old one', async () => {
    const edge = scriptedEdge();
    const { client, seqs, gaps } = await live(edge);
    edge.say(update(8));
    edge.say(update(3, { boot: 2 }));
    await pass(1);
    expect([seqs(), gaps]).toEqual([[8, 3], []]);
    client.close();
  });

  it('that stands for several is handed out, though the newest of them is known', async () => {
    const edge = scriptedEdge();
    const { client, updates } = watched(edge);
    void client.subscribe({ region: 'eu-west' }, { maxRate: 0.1 });
    await pass(2_000);
    const folded = { count: 3, min: { temperature: 2 }, max: { temperature: 95 } };
    for (const one of [update(1), update(4), { ...update(4), folded }, { ...update(4), folded }, update(4)])
      edge.say(one);
    edge.say(update(5));
    edge.say({ ...update(4), folded: { ...folded, count: 4 } });
    await pass(1_000);
    expect(updates.map(({ seq, folded, late }) => [seq, folded?.count, late])).toEqual([
      [1, undefined, undefined],
      [4, undefined, undefined],
      [4, 3, undefined],
      [5, undefined, undefined],
      [4, 4, true],
    ]);
    client.close();
  });

  it('that stands for several explains no jump where every reading should come: it may count others', async () => {
    const edge = scriptedEdge();
    const { client, seqs, gaps } = await live(edge);
    edge.say(update(1));
    edge.say({ ...update(4), folded: { count: 3, min: {}, max: {} } });
    await pass(1_000);
    expect(seqs()).toEqual([1, 4]);
    expect(gaps).toEqual([{ deviceId: 'kettle-1', boot: 1, from: 2, to: 3 }]);
    client.close();
  });

  it('that a limited subscription brings in a replay does not hide what the whole one misses', async () => {
    const edge = scriptedEdge();
    const { client, gaps } = await live(edge);
    await Promise.all([client.subscribe({ device: 'kettle-1' }, { maxRate: 1 }), pass(2_000)]);
    edge.say(update(1));
    await pass(100);
    edge.say({ type: 'sensor_batch', updates: [{ ...update(7), folded: { count: 23, min: {}, max: {} } }] });
    await pass(1_000);
    expect(gaps).toEqual([{ deviceId: 'kettle-1', boot: 1, from: 2, to: 6 }]);
    client.close();
  });
});

describe('a jump', () => {
  it.each([{ maxRate: 1 }, { where: [{ field: 'temperature', op: '>' as const, value: 0 }] }])(
    'is no gap for a subscription with %j',
    async (wish) => {
      const edge = scriptedEdge();
      const { client, seqs, gaps } = watched(edge);
      void client.subscribe({ region: 'eu-west' }, wish);
      await pass(2_000);
      for (const seq of [1, 5]) edge.say(update(seq));
      await pass(1);
      expect(seqs()).toEqual([1, 5]);
      await pass(1_000);
      expect(gaps).toEqual([]);
      client.close();
    },
  );

  it('is no gap where the readings before it were not asked for', async () => {
    const edge = scriptedEdge();
    const { client, gaps, seqs } = watched(edge);
    void client.subscribe({ region: 'eu-west' }, { maxRate: 1 });
    await pass(2_000);
    edge.say(update(1));
    await pass(1);
    void client.subscribe({ device: 'kettle-1' });
    await pass(2_000);
    edge.say(update(9));
    await pass(1_000);
    expect([seqs(), gaps]).toEqual([[1, 9], []]);
    client.close();
  });
});

describe('a gap', () => {
  it('is looked up in the history, once, and what is found comes late', async () => {
    const edge = scriptedEdge();
    const { client, updates, gaps, filled } = await live(edge);
    edge.publish(reading(1));
    edge.publish(reading(2), { lost: true });
    edge.publish(reading(3));
    edge.say(update(5));
    await pass(400);
    expect(gaps.map(({ from, to }) => [from, to])).toEqual([
      [2, 2],
      [4, 4],
    ]);
    expect(filled.map(({ from, readings }) => [from, readings])).toEqual([
      [2, 1],
      [4, 0],
    ]);
    expect(updates.at(-1)).toMatchObject({ seq: 2, late: true, source: 'replay' });
    await pass(10_000);
    expect(edge.requests('history')).toHaveLength(1);
    client.close();
  });

  it('of many devices is looked up one device a second', async () => {
    const edge = scriptedEdge();
    const { client, gaps, filled } = await live(edge);
    const devices = Array.from({ length: 300 }, (_, at) => `d${at}`);
    for (const seq of [1, 3]) for (const deviceId of devices) edge.say(update(seq, { deviceId }));
    await pass(301 + 10_000);
    expect([gaps.length, filled.length]).toEqual([300, 11]);
    await pass(300_000);
    expect(filled.length).toBe(201); // one was under way, 200 waited
    client.close();
  });
});

describe('while a subscription catches up', () => {
  it('its updates are held back, and handed out oldest first once it is live', async () => {
    const edge = scriptedEdge({ catchUpMs: 1_000 });
    const { client, updates, gaps } = watched(edge);
    edge.publish(reading(1));
    await pass(5_000);
    edge.publish(reading(2));
    await pass(500);
    void client.subscribe({ region: 'eu-west' });
    await pass(100);
    edge.publish(reading(3), { lost: true });
    edge.publish(reading(4));
    await pass(100);
    expect(updates.map(({ seq, source }) => [seq, source])).toEqual([[2, 'snapshot']]);
    await pass(1_000);
    expect(updates.map(({ seq, source }) => [seq, source])).toEqual([
      [2, 'snapshot'],
      [3, 'replay'],
      [4, 'live'],
    ]);
    expect(gaps).toEqual([]);
    client.close();
  });

  it('they are not, where another subscription brings all of the device already', async () => {
    const edge = scriptedEdge();
    const { client, seqs } = await live(edge);
    void client.subscribe({ device: 'kettle-1' });
    await pass(100);
    edge.publish(reading(1));
    await pass(1);
    expect(seqs()).toEqual([1]);
    client.close();
  });

  it('they go out at once when there are more than 20,000', async () => {
    const edge = scriptedEdge();
    const { client, updates } = watched(edge);
    void client.subscribe({ region: 'eu-west' });
    await pass(100);
    const many = Array.from({ length: 20_001 }, (_, at) => update(at + 1));
    edge.say({ type: 'sensor_batch', updates: many.slice(0, 20_000) });
    await pass(1);
    expect(updates).toHaveLength(0);
    edge.say(many.at(-1) ?? {});
    await pass(1);
    expect(updates).toHaveLength(20_001);
    client.close();
  });

  it('what it would have brought is forgotten if it is refused', async () => {
    const edge = scriptedEdge({
      answer: ({ action, id }, socket) => {
        if (action !== 'subscribe') return undefined;
        socket.say(update(1));
        return [{ type: 'error', code: 'not_granted', message: 'Not yours.', id }];
      },
    });
    const { client, seqs } = watched(edge);
    expect((await Promise.all([client.subscribe({ region: 'eu-west' }), pass(100)]))[0].ok).toBe(false);
    expect(seqs()).toEqual([]);
    client.close();
  });
});

describe('a snapshot', () => {
  it('is told whole, also of what was handed out before', async () => {
    const edge = scriptedEdge();
    const { client, snapshots, updates } = await live(edge);
    edge.publish(reading(1));
    await pass(1);
    const online: boolean[] = [];
    client.on('status', (status) => online.push(status.online));
    void client.subscribe({ device: 'kettle-1' });
    await pass(100);
    expect(snapshots).toMatchObject([
      { devices: 0, updates: [] },
      { id: 's2', devices: 1, updates: [{ seq: 1, source: 'snapshot', subscriptions: ['s2', 's1'] }] },
    ]);
    expect([updates.length, online]).toEqual([1, [true]]);
    client.close();
  });
});

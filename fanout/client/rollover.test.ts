import { describe, expect, it, vi } from 'vitest';
import { limits } from '../limits.ts';
import { rolloverAt } from './rollover.ts';
import { scriptedEdge } from './scriptedEdge.ts';
import { live, pass, pseudoRandom, reading, useFakeTime } from './watched.ts';

const minute = 60_000;
useFakeTime();

describe('the time to move on', () => {
  it('is 4 to 9 minutes before the cut', () => {
    const closesAt = limits.connectionMs;
    expect(rolloverAt(0, closesAt, 0)).toBe(closesAt - 4 * minute);
    expect(rolloverAt(0, closesAt, 0.999)).toBeCloseTo(closesAt - 9 * minute, -3);
  });

  it('of a connection that is cut sooner is in the second half of what is left', () => {
    expect(rolloverAt(0, minute, 0)).toBe(30_000);
    expect(rolloverAt(0, minute, 0.999)).toBeLessThan(minute);
  });
});

/** Publishes seq after seq, every `everyMs`, for `ms`. */
const publishing = (edge: ReturnType<typeof scriptedEdge>, everyMs: number) => {
  let seq = 0;
  return async (ms: number): Promise<number> => {
    for (let at = 0; at < ms; at += everyMs) {
      edge.publish(reading(++seq));
      await pass(everyMs);
    }
    return seq;
  };
};

const upTo = (last: number): number[] => Array.from({ length: last }, (_, at) => at + 1);

describe('a connection that the edge will cut', () => {
  it('is replaced by another before, three times over, and nothing is missed, come twice or late', async () => {
    vi.spyOn(Math, 'random').mockImplementation(pseudoRandom(11));
    const edge = scriptedEdge();
    const { client, states, seqs, updates, gaps, errors, resumed } = await live(edge);
    const last = await publishing(edge, 3_000)(3 * limits.connectionMs);
    await pass(1_000);
    expect(seqs()).toEqual(upTo(last));
    expect(updates.some(({ late }) => late)).toBe(false);
    expect([gaps, errors, resumed]).toEqual([[], [], []]);
    expect(states).toEqual(['live']);
    expect([edge.all.length, edge.mostOpen(), edge.open().length]).toEqual([4, 2, 1]);
    client.close();
  });

  it('is kept as long as no other can be had; there are attempts until the cut', async () => {
    const edge = scriptedEdge({ refuse: (handshake) => (handshake > 1 && handshake < 5 ? 503 : undefined) });
    const { client, states, seqs, errors } = await live(edge);
    const last = await publishing(edge, 20_000)(limits.connectionMs);
    expect(seqs()).toEqual(upTo(last));
    expect([states, errors]).toEqual([['live'], []]);
    expect([edge.all.length, edge.mostOpen()]).toEqual([2, 2]);
    client.close();
  });

  it('is cut where no other can be had at all, and a reconnect follows', async () => {
    let refused = true;
    const edge = scriptedEdge({ refuse: (handshake) => (handshake > 1 && refused ? 503 : undefined) });
    const { client, states, seqs } = await live(edge);
    const publish = publishing(edge, 20_000);
    await publish(limits.connectionMs + minute);
    refused = false;
    const last = await publish(minute);
    expect(seqs()).toEqual(upTo(last));
    expect(states).toEqual(['live', 'offline', 'catching-up', 'live']);
    expect(edge.mostOpen()).toBe(1);
    client.close();
  });

  it('and is lost before the other is live leaves no socket behind', async () => {
    const edge = scriptedEdge({ connectionMs: 2 * minute });
    const { client, seqs } = await live(edge);
    await pass(minute - 2_000 + 100); // the other one is open, and catching up
    expect(edge.open()).toHaveLength(2);
    edge.publish(reading(1));
    edge.open()[0]?.cut();
    edge.publish(reading(2));
    await pass(5_000);
    expect([edge.open().length, client.state, seqs()]).toEqual([1, 'live', [1, 2]]);
    client.close();
  });

  it('moves earlier when the server says so', async () => {
    const edge = scriptedEdge();
    const { client } = await live(edge);
    edge.say({ type: 'rollover', before: Date.now() + minute });
    await pass(35_000);
    expect([edge.all.length, edge.open().length, client.state]).toEqual([2, 1, 'live']);
    client.close();
  });

  it('takes along what was asked for, changed and ended while it moved', async () => {
    const edge = scriptedEdge({ connectionMs: 2 * minute });
    const { client, subscription, seqs, errors } = await live(edge);
    const other = await client.subscribe({ type: 'pump' });
    await pass(minute - 2_000 + 100);
    expect(edge.open()).toHaveLength(2);
    const changed = subscription.change({ maxRate: 2 });
    const added = client.subscribe({ device: 'kettle-9' });
    if (other.ok) void other.subscription.unsubscribe();
    await pass(10_000);
    expect([await changed, (await added).ok]).toEqual([{ ok: true }, true]);
    expect(edge.open()).toHaveLength(1);
    const [socket] = edge.open();
    expect([...(socket?.subscriptions.values() ?? [])]).toEqual([
      { region: 'eu-west' },
      { device: 'kettle-9' },
    ]);
    const asked = socket?.requests.filter((one) => one.action === 'subscribe' && one.id === subscription.id);
    expect(asked?.at(-1)).toMatchObject({ maxRate: 2 });
    expect([subscription.maxRate, subscription.live]).toEqual([2, true]);
    edge.publish(reading(1));
    await pass(10);
    expect([seqs(), errors]).toEqual([[1], []]);
    client.close();
  });

  it('is told of what the other could not bring back of a subscription that was not live here', async () => {
    const edge = scriptedEdge({
      connectionMs: 2 * minute,
      answer: (request, socket) => {
        if (request.action !== 'subscribe' || request.id !== 's2' || request.since !== undefined)
          return undefined;
        return [
          { type: 'subscribed', id: 's2', to: request.to, at: Date.now() },
          ...(edge.all.indexOf(socket) === 0 ? [] : [{ type: 'live', id: 's2', at: Date.now() }]),
        ];
      },
    });
    const { client, resumed, snapshots } = await live(edge);
    await pass(minute - 5_000);
    const answer = await Promise.all([client.subscribe({ device: 'kettle-1' }), pass(100)]);
    expect(answer[0]).toMatchObject({ ok: true, subscription: { live: false } });
    edge.publish(reading(1), { lost: true });
    edge.recovers(false);
    await pass(10_000);
    expect([edge.all.length, edge.open().length, client.state]).toEqual([2, 1, 'live']);
    expect(resumed).toMatchObject([{ id: 's2', recovered: false }]);
    expect(snapshots.filter(({ id }) => id === 's2')).toMatchObject([{ devices: 1, updates: [{ seq: 1 }] }]);
    client.close();
  });

  it('gives what it was asked before it goes', async () => {
    const late: (() => void)[] = [];
    const edge = scriptedEdge({
      connectionMs: 2 * minute,
      answer: ({ action, id }, socket) =>
        action === 'explain'
          ? (late.push(() => socket.say({ type: 'explain', id, device: 'd', delivered: true, stages: [] })),
            [])
          : undefined,
    });
    const { client } = await live(edge);
    await pass(minute - 2_000);
    const explained = client.explain('d');
    await pass(5_000);
    expect(edge.open()).toHaveLength(2);
    late.forEach((answer) => answer());
    await pass(10);
    expect([(await explained).ok, edge.open().length]).toEqual([true, 1]);
    client.close();
  });

  it('that a laptop slept through is not moved from, but found dead', async () => {
    const edge = scriptedEdge();
    const { client } = await live(edge);
    // Timers stand still while a laptop sleeps, its clock does not; nor does the edge, which cut the connection.
    vi.setSystemTime(Date.now() + 10 * 60 * minute);
    const [dead] = edge.open();
    if (dead !== undefined) dead.deaf = true;
    await pass(30_000 + 10_000 + 5_000);
    expect([edge.all.length, client.state]).toEqual([2, 'live']);
    client.close();
  });
});

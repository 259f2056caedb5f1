import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import type { ClientEvents, HistoryRange, Update } from '../../../fanout/client/telemetryClient.ts';
import { deviceRecord } from './deviceRecord.ts';
import type { HistoryReading } from './loadHistory.ts';

const now = 10 * 3_600_000;

type Listener = (event: never) => void;

/** A client that is told what happens. */
const clientOf = (history: readonly HistoryReading[]) => {
  const listeners = new Map<string, Set<Listener>>();
  let isAway = false;
  return {
    fail: (is: boolean) => (isAway = is),
    emit: <Name extends keyof ClientEvents>(name: Name, event: ClientEvents[Name]) =>
      listeners.get(name)?.forEach((listener) => {
        listener(event as never); // It was added for this name.
      }),
    on: <Name extends keyof ClientEvents>(name: Name, listener: (event: ClientEvents[Name]) => void) => {
      const all = listeners.get(name) ?? new Set<Listener>();
      listeners.set(name, all.add(listener));
      return () => void all.delete(listener);
    },
    historyOf: async function* (_: string, { from = 0, to = Infinity }: HistoryRange = {}) {
      await Promise.resolve();
      const error = { code: 'connection_lost' as const, message: 'Lost.' };
      if (isAway) yield { ok: false as const, error };
      else {
        const readings = history.filter(({ receivedAt }) => receivedAt >= from && receivedAt <= to);
        yield { ok: true as const, readings };
      }
      return undefined;
    },
    count: () => [...listeners.values()].reduce((sum, { size }) => sum + size, 0),
  };
};

const kept = (seq: number): HistoryReading => {
  const at = now - (100 - seq) * 1_000;
  return { region: 'eu', ts: at, receivedAt: at, boot: 1, seq, data: { flow: seq } };
};
const update = (seq: number, deviceId = 'pump-1'): Update => ({
  type: 'sensor_update',
  deviceId,
  sentAt: now,
  source: 'live',
  subscriptions: ['s1'],
  ...kept(seq),
});

const start = (history: readonly HistoryReading[]) => {
  const client = clientOf(history);
  const isAsked = signal(true);
  const record = deviceRecord({
    id: 'pump-1',
    client,
    isAsked,
    serverNow: () => now,
    changed: () => undefined,
  });
  return { client, isAsked, record };
};

const settled = async (is: () => string): Promise<void> => {
  for (let n = 0; n < 200 && is() === 'loading'; n += 1) await Promise.resolve();
};

describe('the record of a device', () => {
  it('brings together what is kept and what comes, each once', async () => {
    const { client, record } = start([kept(1), kept(2), kept(3)]);
    client.emit('update', update(3));
    client.emit('update', update(4));
    client.emit('update', update(5, 'pump-2'));
    await settled(() => record.history.value.is);
    expect([...(record.series.fields.get('flow')?.values.slice(0, record.series.length) ?? [])]).toEqual([
      1, 2, 3, 4,
    ]);
    expect(record.history.value).toMatchObject({ is: 'loaded', isWhole: true });
  });

  it('waits until the server knows its subscription', () => {
    const client = clientOf([]);
    const isAsked = signal(false);
    const record = deviceRecord({ id: 'a', client, isAsked, serverNow: () => now, changed: () => undefined });
    expect(record.history.value.is).toBe('waiting');
    isAsked.value = true;
    expect(record.history.value.is).toBe('loading');
  });

  it('counts what is missing until it comes', () => {
    const { client, record } = start([]);
    client.emit('update', update(1));
    client.emit('update', update(5));
    client.emit('gap', { deviceId: 'pump-1', boot: 1, from: 2, to: 4 });
    client.emit('update', { ...update(3), late: true });
    expect(record.gaps()).toEqual({ missing: 2, filled: 1 });
  });

  it('asks again for a history that did not come, once it is connected again', async () => {
    const { client, record } = start([kept(1)]);
    client.fail(true);
    record.reload();
    await settled(() => record.history.value.is);
    expect(record.history.value.is).toBe('failed');
    client.fail(false);
    client.emit('live', { id: 's1' });
    await settled(() => record.history.value.is);
    expect([record.history.value.is, record.series.length]).toEqual(['loaded', 1]);
  });

  it('reads the history for what was lost to its subscriptions', async () => {
    const { client, record } = start([kept(1), kept(2)]);
    await settled(() => record.history.value.is);
    client.emit('resumed', { id: 's1', recovered: false, readings: 0 });
    expect(record.history.value.is).toBe('loading');
  });

  it('hears nothing after its end', () => {
    const { client, record } = start([]);
    record.end();
    expect(client.count()).toBe(0);
  });
});

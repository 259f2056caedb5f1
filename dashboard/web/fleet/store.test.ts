import { effect } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import type { SensorUpdate } from '../../fanout/client/telemetryClient.ts';
import { createStore } from './store.ts';

const update = (deviceId: string, seq: number): SensorUpdate => ({
  type: 'sensor_update',
  deviceId,
  region: 'eu-west',
  ts: seq,
  receivedAt: seq,
  sentAt: seq,
  boot: 1,
  seq,
  data: { temperature: seq },
});

/** A store, and what draws its next frame. */
const stored = () => {
  const frames: (() => void)[] = [];
  const store = createStore((draw) => frames.push(draw));
  return { store, frames, draw: () => frames.splice(0).forEach((frame) => frame()) };
};

describe('the store', () => {
  it('asks for one frame, however many readings come before it', () => {
    const { store, frames } = stored();
    for (const seq of [1, 2, 3]) store.add(update('kettle-1', seq));
    expect(frames).toHaveLength(1);
  });

  it('tells a device once per frame that it changed, and only that device', () => {
    const { store, draw } = stored();
    store.add(update('kettle-1', 1));
    store.add(update('kettle-2', 1));
    draw();
    const drawn: number[][] = [];
    const stop = effect(
      () => void drawn.push(store.devices.value.map(({ shown }) => shown.value.latest.seq ?? 0)),
    );
    for (const seq of [2, 3]) store.add(update('kettle-2', seq));
    draw();
    stop();
    expect(drawn).toEqual([
      [1, 1],
      [1, 3],
    ]);
  });

  it('lists devices by their numbers', () => {
    const { store, draw } = stored();
    for (const id of ['kettle-10', 'kettle-9']) store.add(update(id, 1));
    draw();
    expect(store.devices.value.map(({ id }) => id)).toEqual(['kettle-9', 'kettle-10']);
  });

  it('forgets devices that are watched no more', () => {
    const { store, draw } = stored();
    for (const id of ['kettle-1', 'pump-1']) store.add(update(id, 1));
    store.keep(({ deviceId }) => deviceId === 'pump-1');
    draw();
    expect(store.devices.value.map(({ id }) => id)).toEqual(['pump-1']);
  });

  it('counts the devices beyond 500', () => {
    const { store, draw } = stored();
    for (let at = 0; at < 502; at++) for (const seq of [1, 2]) store.add(update(`d${at}`, seq));
    draw();
    expect([store.devices.value.length, store.left.value]).toEqual([500, 2]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Update } from '../../../fanout/client/telemetryClient.ts';
import { addUpdate, newDevice } from '../fleet/device.ts';
import type { Health } from '../view/view.ts';
import { createPlaces } from './places.ts';

const update = (deviceId: string, seq: number, data: Update['data']): Update => ({
  type: 'sensor_update',
  deviceId,
  region: 'eu-west',
  ts: 1_000 * seq,
  receivedAt: 1_000 * seq,
  sentAt: 1_000 * seq,
  boot: 1,
  seq,
  data,
  source: 'live',
  subscriptions: [],
});
const device = (id: string, data: Update['data']) => newDevice(update(id, 1, data));

const health: { now: Health } = { now: 'fresh' };
const create = () => createPlaces(() => health.now);

describe('the places of devices', () => {
  it('are those of the devices that send one', () => {
    const places = create();
    expect(places.refresh([device('van', { lat: 0, lon: 0 }), device('pump', { rpm: 3 })], false)).toBe(true);
    expect(places.all()).toMatchObject([
      { device: { id: 'van' }, x: 0.5, y: 0.5, health: 'fresh', trail: [] },
    ]);
  });

  it('change nothing where nothing came', () => {
    const places = create();
    const devices = [device('van', { lat: 0, lon: 0 })];
    places.refresh(devices, true);
    expect(places.refresh(devices, true)).toBe(false);
  });

  it('move, and leave a trail of 20 points at most', () => {
    const places = create();
    const van = device('van', { lat: 0, lon: 0 });
    const devices = [van];
    places.refresh(devices, false);
    for (let seq = 2; seq < 50; seq += 1) {
      addUpdate(van, update('van', seq, { lat: 0, lon: seq }));
      expect(places.refresh(devices, false)).toBe(true);
    }
    expect(places.all()[0]?.position).toEqual({ lat: 0, lon: 49 });
    expect(places.all()[0]?.trail).toHaveLength(40);
  });

  it('stay where they were while readings say nothing of them', () => {
    const places = create();
    const van = device('van', { lat: 1, lon: 2 });
    const devices = [van];
    places.refresh(devices, false);
    addUpdate(van, update('van', 2, { speed: 3 }));
    expect(places.refresh(devices, false)).toBe(false);
    expect(places.all()[0]?.position).toEqual({ lat: 1, lon: 2 });
  });

  it('appear with the first reading that says one, and go with their device', () => {
    const places = create();
    const van = device('van', { speed: 3 });
    const devices = [van];
    places.refresh(devices, false);
    expect(places.all()).toEqual([]);
    addUpdate(van, update('van', 2, { lat: 1, lon: 2 }));
    expect(places.refresh(devices, false)).toBe(true);
    expect(places.all()).toHaveLength(1);
    expect(places.refresh([], false)).toBe(true);
    expect(places.all()).toEqual([]);
  });

  it('follow how their devices are, when time is looked at', () => {
    const places = create();
    const devices = [device('van', { lat: 1, lon: 2 })];
    places.refresh(devices, false);
    health.now = 'stale';
    expect(places.refresh(devices, false)).toBe(false);
    expect(places.refresh(devices, true)).toBe(true);
    expect(places.all()[0]?.health).toBe('stale');
    health.now = 'fresh';
  });
});

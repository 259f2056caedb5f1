import { describe, expect, it } from 'vitest';
import type { SensorUpdate } from '../../fanout/client/telemetryClient.ts';
import { addUpdate, isNewer, measuredAt, newDevice } from './device.ts';

const update = (some: Partial<SensorUpdate>): SensorUpdate => ({
  type: 'sensor_update',
  deviceId: 'kettle-1',
  region: 'eu-west',
  ts: 1_000,
  receivedAt: 1_500,
  sentAt: 1_600,
  data: {},
  ...some,
});

describe('the latest reading of a device', () => {
  it('is that of the highest seq, whatever came last', () => {
    const device = newDevice(update({ boot: 1, seq: 2, ts: 5 }));
    addUpdate(device, update({ boot: 1, seq: 1, ts: 9 }));
    expect(device.known.latest.seq).toBe(2);
  });

  it('is that of a new boot, though it counts from the start', () => {
    expect(isNewer(update({ boot: 2, seq: 1 }), update({ boot: 1, seq: 900 }))).toBe(true);
  });

  it('is that measured last, where the device does not count', () => {
    expect(isNewer(update({ ts: 999 }), update({ ts: 1_000 }))).toBe(false);
    expect(isNewer(update({ ts: 1_001 }), update({ ts: 1_000 }))).toBe(true);
  });
});

describe('a device', () => {
  it('remembers its numbers by field, and nothing else', () => {
    const device = newDevice(update({ data: { temperature: 20, door: 'open', nested: { a: 1 } } }));
    addUpdate(device, update({ ts: 2_000, data: { temperature: 21 } }));
    expect([...device.known.series]).toEqual([['temperature', { times: [1_000, 2_000], values: [20, 21] }]]);
  });

  it('remembers no more than 32 fields', () => {
    const data = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`f${at}`, at]));
    expect(newDevice(update({ data })).known.series.size).toBe(32);
  });

  it('whose clock is hours off is drawn at the time of receipt', () => {
    expect(measuredAt(update({ ts: 0, receivedAt: 9e12 }))).toBe(9e12);
  });
});

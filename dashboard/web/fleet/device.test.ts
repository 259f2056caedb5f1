import { describe, expect, it } from 'vitest';
import { addUpdate, ageOf, isNewer, measuredAt, newDevice } from './device.ts';
import { anUpdate } from './factories.testing.ts';

describe('the latest reading of a device', () => {
  it('is that of the highest seq, whatever came last', () => {
    const device = newDevice(anUpdate({ boot: 1, seq: 2, ts: 5 }));
    addUpdate(device, anUpdate({ boot: 1, seq: 1, ts: 9 }));
    expect(device.latest.seq).toBe(2);
  });

  it('is that of a new boot, though it counts from the start', () => {
    expect(isNewer(anUpdate({ boot: 2, seq: 1 }), anUpdate({ boot: 1, seq: 900 }))).toBe(true);
  });

  it('is that measured last, where the device does not count', () => {
    expect(isNewer(anUpdate({ ts: 999 }), anUpdate({ ts: 1_000 }))).toBe(false);
    expect(isNewer(anUpdate({ ts: 1_001 }), anUpdate({ ts: 1_000 }))).toBe(true);
  });
});

describe('a device', () => {
  it('names its numbers first, positions last, and keeps that order', () => {
    const device = newDevice(anUpdate({ data: { lat: 1, door: 'open', temperature: 20 } }));
    addUpdate(device, anUpdate({ ts: 2_000, data: { rpm: 5, temperature: 21 } }));
    expect([...device.fields.keys()]).toEqual(['temperature', 'door', 'lat', 'rpm']);
  });

  it('remembers what its first number was', () => {
    const device = newDevice(anUpdate({ data: { temperature: 20, rpm: 1 } }));
    addUpdate(device, anUpdate({ ts: 2_000, data: { temperature: 21 } }));
    addUpdate(device, anUpdate({ ts: 3_000, data: { rpm: 2 } }));
    expect([...device.ring.values.subarray(0, device.ring.length)]).toEqual([20, 21]);
  });

  it('remembers the scale of its numbers, so that a value keeps its width', () => {
    const device = newDevice(anUpdate({ data: { flow: 0.08 } }));
    addUpdate(device, anUpdate({ ts: 2_000, data: { flow: 120 } }));
    expect(device.fields.get('flow')).toEqual({ largest: 120, isWhole: false });
  });

  it('remembers no more than 32 fields', () => {
    const data = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`f${at}`, at]));
    const device = newDevice(anUpdate({ data }));
    addUpdate(device, anUpdate({ ts: 2_000, data: { more: 1, text: 'x' } }));
    expect(device.fields.size).toBe(32);
  });

  it('counts what was folded and what came late', () => {
    const device = newDevice(anUpdate());
    addUpdate(device, anUpdate({ ts: 2_000, folded: { count: 10, min: {}, max: {} } }));
    addUpdate(device, anUpdate({ ts: 500, late: true }));
    expect(device).toMatchObject({ readings: 12, folded: 9, late: 1 });
  });

  it('whose clock is hours off is taken by the time of receipt', () => {
    expect(measuredAt(anUpdate({ ts: 0, receivedAt: 9e12 }))).toBe(9e12);
  });
});

describe('the age of the newest values', () => {
  it('is reckoned from their measurement, by a clock put right', () => {
    const device = newDevice(anUpdate({ ts: 70_000, receivedAt: 100_000 })); // 30 s behind.
    expect(ageOf(device, 101_000)).toBe(1_000);
    addUpdate(device, anUpdate({ ts: 75_000, receivedAt: 125_000 })); // Kept for 20 s, and then sent.
    expect(ageOf(device, 125_000)).toBe(20_000);
  });

  it('follows a clock that is put right: at once with a new boot, else within ten minutes', () => {
    const minute = 60_000;
    const fast = { ts: 20 * minute, receivedAt: 10 * minute, boot: 1, seq: 1 }; // 10 minutes fast.
    const device = newDevice(anUpdate(fast));
    for (let n = 11; n < 23; n += 1)
      addUpdate(device, anUpdate({ ts: n * minute, receivedAt: n * minute, boot: 1, seq: n }));
    expect(ageOf(device, 22 * minute)).toBe(0);
    const restarted = newDevice(anUpdate(fast));
    addUpdate(restarted, anUpdate({ ts: 11 * minute, receivedAt: 11 * minute, boot: 2, seq: 0 }));
    expect(ageOf(restarted, 11 * minute)).toBe(0);
  });

  it('is never below nothing', () => {
    expect(ageOf(newDevice(anUpdate({ ts: 2_000, receivedAt: 1_000 })), 900)).toBe(0);
  });
});

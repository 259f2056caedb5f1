import { describe, expect, it } from 'vitest';
import { addUpdate, newDevice, type Device } from './device.ts';
import { anUpdate } from './factories.testing.ts';
import { healthOf } from './health.ts';

/** A device that sent a reading every so many ms, the last at 1,000,000. */
const speaking = (everyMs: number, over: Partial<Device> = {}): Device => {
  const times = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0].map((n) => 1_000_000 - n * everyMs);
  const [first = 0, ...rest] = times;
  const device = newDevice(anUpdate({ ts: first, receivedAt: first }));
  for (const at of rest) addUpdate(device, anUpdate({ ts: at, receivedAt: at }));
  return Object.assign(device, over);
};

describe('a device', () => {
  it('is stale after three of its usual gaps', () => {
    expect(healthOf(speaking(10_000), 1_029_000, 0)).toBe('fresh');
    expect(healthOf(speaking(10_000), 1_031_000, 0)).toBe('stale');
  });

  it('that speaks ten times a second is not stale within five seconds', () => {
    expect(healthOf(speaking(100), 1_004_900, 0)).toBe('fresh');
    expect(healthOf(speaking(100), 1_005_100, 0)).toBe('stale');
  });

  it('that spoke once is given ten minutes', () => {
    const device = newDevice(anUpdate({ ts: 0, receivedAt: 0 }));
    expect(healthOf(device, 599_000, 0)).toBe('fresh');
    expect(healthOf(device, 601_000, 0)).toBe('stale');
  });

  it('is given the time that its readings are held back on purpose', () => {
    expect(healthOf(speaking(1_000), 1_014_000, 10_000)).toBe('fresh');
  });

  it('whose readings come folded has the rhythm of its readings', () => {
    const device = speaking(10_000);
    for (let n = 1; n < 9; n += 1)
      addUpdate(
        device,
        anUpdate({ receivedAt: 1_000_000 + n * 10_000, folded: { count: 10, min: {}, max: {} } }),
      );
    expect(healthOf(device, 1_086_000, 0)).toBe('stale');
    expect(healthOf(device, 1_086_000, 10_000)).toBe('fresh');
  });

  it('is offline once its connection ended, unless a reading came since', () => {
    const ended = { status: { online: false, at: 1_000_500 } };
    expect(healthOf(speaking(1_000, ended), 1_001_000, 0)).toBe('offline');
    const device = speaking(1_000, { status: { online: false, at: 900_000 } });
    expect(healthOf(device, 1_001_000, 0)).toBe('fresh');
  });
});

import { describe, expect, it } from 'vitest';
import type { SensorUpdate } from '../protocol.ts';
import { seenBefore } from './seen.ts';

const update = (some: Partial<SensorUpdate>): SensorUpdate => ({
  type: 'sensor_update',
  deviceId: 'kettle-1',
  region: 'eu-west',
  ts: 1,
  receivedAt: 2,
  sentAt: 3,
  data: {},
  ...some,
});

describe('an update', () => {
  it('is known when it comes again', () => {
    const seen = seenBefore(10);
    expect(seen(update({ boot: 1, seq: 1 }))).toBe(false);
    expect(seen(update({ boot: 1, seq: 1, sentAt: 9 }))).toBe(true);
  });

  it('is new for another seq, another boot or another device', () => {
    const seen = seenBefore(10);
    seen(update({ boot: 1, seq: 1 }));
    expect(seen(update({ boot: 1, seq: 2 }))).toBe(false);
    expect(seen(update({ boot: 2, seq: 1 }))).toBe(false);
    expect(seen(update({ boot: 1, seq: 1, deviceId: 'kettle-2' }))).toBe(false);
  });

  it('without a boot is told apart by the time it was measured', () => {
    const seen = seenBefore(10);
    expect(seen(update({ seq: 1, ts: 100 }))).toBe(false);
    expect(seen(update({ seq: 1, ts: 200 }))).toBe(false);
    expect(seen(update({ seq: 1, ts: 200 }))).toBe(true);
  });

  it('without a seq is never known', () => {
    const seen = seenBefore(10);
    expect([seen(update({})), seen(update({}))]).toEqual([false, false]);
  });

  it('is forgotten after as many others as the memory holds', () => {
    const seen = seenBefore(2);
    for (const seq of [1, 2, 3]) seen(update({ boot: 1, seq }));
    expect(seen(update({ boot: 1, seq: 3 }))).toBe(true);
    expect(seen(update({ boot: 1, seq: 1 }))).toBe(false);
  });
});

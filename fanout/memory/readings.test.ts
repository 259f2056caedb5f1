import { describe, expect, it } from 'vitest';
import { aReading } from '../factories.ts';
import { describeReadings, retentionMs } from '../readings.contract.ts';
import { memoryReadings } from './readings.ts';

describe('readings in memory', () => {
  describeReadings(async () => memoryReadings(retentionMs));

  it('are dropped when the device says something so much later', async () => {
    const readings = memoryReadings(1_000);
    for (const recordedAt of [0, 1, 1_001])
      await readings.record([aReading({ seq: recordedAt })], recordedAt);
    const kept = await readings.of('kettle-1', { from: 0, to: 2_000, limit: 10 });
    expect(kept.map(({ recordedAt }) => recordedAt)).toEqual([1, 1_001]);
  });
});

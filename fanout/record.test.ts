import { expect, it } from 'vitest';
import { aReading } from './factories.ts';
import { record } from './record.ts';
import { recordingMs } from './recordingMs.ts';

/** Records by a clock that each write moves on by the next of `tookMs`, and then by none. */
const recording = async (...tookMs: number[]) => {
  let time = 1_000_000;
  const times: number[] = [];
  const end = record({
    devices: { see: async () => undefined },
    readings: {
      record: async (_, recordedAt) => {
        times.push(recordedAt);
        time += tookMs.shift() ?? 0;
      },
    },
    now: () => time,
    elapsed: () => time,
  })([{ reading: aReading(), own: true }]);
  await end;
  return times;
};

it('a reading is recorded once', async () => {
  expect(await recording(recordingMs / 2)).toEqual([1_000_000]);
});

it('a reading whose recording took long is recorded again under its new time', async () => {
  expect(await recording(3_000)).toEqual([1_000_000, 1_003_000]);
});

it('a store that stays slow is an outage', async () => {
  await expect(recording(3_000, 3_000, 3_000)).rejects.toThrow('takes too long');
});

it('a device is seen with its newest reading, and a reading that came twice is recorded once', async () => {
  const seen: unknown[] = [];
  const records: (number | undefined)[][] = [];
  await record({
    devices: { see: async ({ seq, region }, { own }) => void seen.push([seq, region, own]) },
    readings: { record: async (readings) => void records.push(readings.map(({ seq }) => seq)) },
    now: () => 0,
    elapsed: () => 0,
  })([
    { reading: aReading({ seq: 2 }), own: false },
    { reading: aReading({ seq: 1 }), own: true },
    { reading: aReading({ seq: 2 }), own: false },
    { reading: aReading({ seq: 3, region: 'us-east' }), own: false },
  ]);
  expect(seen).toEqual([
    [2, 'eu-west', true],
    [3, 'us-east', false],
  ]);
  expect(records).toEqual([[2, 1, 3]]);
});

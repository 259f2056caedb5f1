import { expect, it } from 'vitest';
import type { Update } from '../../../fanout/client/telemetryClient.ts';
import { rawText } from './rawText.ts';

const update: Update = {
  type: 'sensor_update',
  deviceId: 'pump-1',
  region: 'eu',
  ts: 1,
  receivedAt: 2,
  sentAt: 3,
  data: { flow: 4 },
  source: 'live',
  late: true,
  subscriptions: ['s1'],
};

it('a reading is shown as it came', () => {
  const { source: _, late: __, subscriptions: ___, ...reading } = update;
  expect(JSON.parse(rawText(update))).toEqual(reading);
});

it('a huge reading is cut', () => {
  const text = rawText({ ...update, data: { text: 'x'.repeat(100_000) } });
  expect([text.length < 20_100, text.endsWith('cut after 20,000 characters')]).toEqual([true, true]);
});

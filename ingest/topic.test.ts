import { expect, it } from 'vitest';
import { parseTopic, telemetryTopic } from './topic.ts';

it('a telemetry topic says region and device', () => {
  expect(parseTopic(telemetryTopic('eu-west', 'kettle-1'))).toEqual({
    region: 'eu-west',
    deviceId: 'kettle-1',
  });
});

it.each([
  'telemetry/eu-west',
  'telemetry/eu-west/kettle-1/x',
  'telemetry//kettle-1',
  'telemetry/eu-west/',
  'telemetry/eu west/kettle-1',
  'telemetry/eu-west/kettle#1',
  'telemetry/eu-west/кettle-1',
  `telemetry/eu-west/${'x'.repeat(129)}`,
  'Telemetry/eu-west/kettle-1',
  '/telemetry/eu-west/kettle-1',
  '',
])('"%s" is no telemetry topic', (topic) => {
  expect(parseTopic(topic)).toBeUndefined();
});

import { expect, it } from 'vitest';
import { publishCommand } from './publishCommand.ts';

it.each([
  [{ region: 'eu-west' }, `-t telemetry/eu-west/kettle-1 -m '{"temperature":20}'`],
  [{ device: 'pump-1' }, `-t telemetry/eu-west/pump-1 -m '{"temperature":20}'`],
  [{ type: 'pump' }, `-t telemetry/eu-west/kettle-1 -m '{"type":"pump","temperature":20}'`],
])('publishes what %j shows', (target, end) => {
  expect(publishCommand(target, 'mqtt://127.0.0.1:1883')).toBe(
    `npx mqtt pub -h 127.0.0.1 -p 1883 -q 1 ${end}`,
  );
});

it('knows the port that MQTT has where none is said', () => {
  expect(publishCommand({ region: 'a' }, 'mqtt://broker')).toMatch(/-h broker -p 1883 /);
});

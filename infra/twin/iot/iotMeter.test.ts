import { Buffer } from 'node:buffer';
import { expect, it } from 'vitest';
import type { Clock } from '../clock.ts';
import { createMeter } from '../meter.ts';
import { createMessageMeter, createRuleMeter } from './iotMeter.ts';

const bytes = (count: number) => Buffer.alloc(count);
const message = (size: number) => ({
  topic: 'a/b',
  payload: bytes(size - 3),
  clientId: 'pump',
  timestamp: 5,
  rule: undefined,
});
const action = { name: 'LambdaAction', target: 'f', run: () => Promise.resolve({ accepted: true as const }) };

it('messages are metered by 5 KB of topic and payload, rules and actions too', () => {
  const meter = createMeter();
  const still: Clock = { now: () => 0, after: () => () => undefined };
  const messages = createMessageMeter(meter, still);
  messages.published(message(5120));
  messages.published(message(5121));
  messages.delivered(message(3));
  const rule = createRuleMeter(meter);
  rule({ name: 'two', actions: [action, action] }, message(5121), true);
  rule({ name: 'kept back', actions: [action, action] }, message(5120), false);
  rule({ name: 'idle', actions: [] }, message(5120), true);
  expect(meter.read()).toEqual({
    'iot.messages': { published: 3, delivered: 1 },
    'iot.rules': { two: 2, 'kept back': 1, idle: 1 },
    'iot.actions': { two: 4, 'kept back': 1, idle: 1 },
  });
});

it('connections are metered while they last', () => {
  const meter = createMeter();
  const time: { now: number; tick: () => void } = { now: 0, tick: () => undefined };
  const clock: Clock = {
    now: () => time.now,
    after: (_ms, action) => {
      time.tick = action;
      return () => (time.tick = () => undefined);
    },
  };
  const { connected, disconnected, close } = createMessageMeter(meter, clock);
  const [pump, fan] = [{}, {}];
  const used = () => meter.read()['iot.connection-ms']?.['broker'];
  time.now = 100;
  connected(pump);
  time.now = 150;
  connected(fan);
  time.now = 1000;
  time.tick();
  expect(used()).toBe(900 + 850);
  time.now = 1100;
  disconnected(pump);
  disconnected(pump);
  time.now = 1200;
  close();
  expect(used()).toBe(1000 + 1050);
  expect(meter.read()['iot.messages']).toEqual({ connected: 2 });
});

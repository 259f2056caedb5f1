import { expect, it } from 'vitest';
import type { Device } from '../fanout/ports.ts';
import { aReading } from '../fanout/factories.ts';
import { presence } from './presence.ts';

const device = (over: Partial<Device> = {}): Device => ({
  deviceId: 'kettle-1',
  region: 'eu-west',
  latest: aReading(),
  recordedAt: 1,
  online: false,
  onlineAt: 7,
  ...over,
});

const taking = (changed: Device | undefined) => {
  const asked: unknown[] = [];
  const announced: Device[] = [];
  const take = presence({
    devices: {
      presence: async (...args) => {
        asked.push(args);
        return changed;
      },
    },
    announce: async (one) => void announced.push(one),
  });
  return { asked, announced, take };
};

it('announces a device that went offline', async () => {
  const { asked, announced, take } = taking(device());
  await take({ clientId: 'kettle-1', eventType: 'disconnected', timestamp: 7 }, Infinity);
  expect(asked).toEqual([['kettle-1', { online: false, at: 7 }]]);
  expect(announced).toEqual([device()]);
});

it('announces nothing where nothing changed', async () => {
  const { announced, take } = taking(undefined);
  await take({ clientId: 'kettle-1', eventType: 'connected', timestamp: 7 }, Infinity);
  expect(announced).toEqual([]);
});

it('does not look at a client whose id is no name', async () => {
  const { asked, take } = taking(undefined);
  await take({ clientId: 'my phone', eventType: 'connected', timestamp: 7 }, Infinity);
  expect(asked).toEqual([]);
});

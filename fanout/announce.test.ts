import { expect, it } from 'vitest';
import { announce } from './announce.ts';
import { aConnection, aReading } from './factories.ts';
import { memorySubscriptions } from './memory/subscriptions.ts';
import type { Connection, Device } from './ports.ts';
import { keyOf, type Target } from './target.ts';

const device: Device = {
  deviceId: 'kettle-1',
  region: 'eu-west',
  deviceType: 'kettle',
  latest: aReading(),
  recordedAt: aReading().receivedAt,
  online: false,
  onlineAt: 7,
};

const announced = async (subscribers: [Target, Partial<Connection>][]) => {
  const subscriptions = memorySubscriptions();
  for (const [to, over] of subscribers) {
    const connection = aConnection(over);
    await subscriptions.put({ ...connection, target: keyOf(to), id: keyOf(to).replace('#', '.') });
  }
  const posts: [string, unknown][] = [];
  const push = async (connectionId: string, frame: string) => {
    posts.push([connectionId, JSON.parse(frame)]);
    return 'delivered' as const;
  };
  await announce({ subscriptions, push, now: () => aConnection().connectedAt })(device, Infinity);
  return posts;
};

it('tells whoever subscribed to the device, its region or its type, once', async () => {
  const frame = {
    type: 'device_status',
    deviceId: 'kettle-1',
    region: 'eu-west',
    deviceType: 'kettle',
    online: false,
    at: 7,
  };
  const posts = await announced([
    [{ device: 'kettle-1' }, { connectionId: 'a=' }],
    [{ region: 'eu-west' }, { connectionId: 'a=' }],
    [{ type: 'kettle' }, { connectionId: 'b=' }],
    [{ region: 'us-east' }, { connectionId: 'c=' }],
  ]);
  expect(posts).toEqual([
    ['a=', frame],
    ['b=', frame],
  ]);
});

it('tells nobody whose grants do not cover the device or whose token has expired', async () => {
  const posts = await announced([
    [{ region: 'eu-west' }, { connectionId: 'a=', grants: ['device:pump-*'] }],
    [{ region: 'eu-west' }, { connectionId: 'b=', tokenExpiresAt: 0 }],
  ]);
  expect(posts).toEqual([]);
});

import type { Connection, Device, Held, HeldSubscription, Subscription } from './ports.ts';
import type { Reading } from './reading.ts';

/** A reading for tests; give only what the test is about. */
export const aReading = (over: Partial<Reading> = {}): Reading => ({
  deviceId: 'kettle-1',
  region: 'eu-west',
  deviceType: 'kettle',
  ts: 1_763_690_000_000,
  receivedAt: 1_763_690_000_050,
  boot: 3,
  seq: 42,
  data: { temperature: 21.4 },
  ...over,
});

/** A connection for tests: opened a minute before {@link aReading}, with a token for another hour. */
export const aConnection = (over: Partial<Connection> = {}): Connection => ({
  connectionId: 'L0SM9cOFvHcCIhw=',
  principal: 'ada',
  grants: ['*'],
  tokenExpiresAt: 1_763_693_600_000,
  connectedAt: 1_763_689_940_000,
  ...over,
});

/** A subscription for tests, as the row of {@link aConnection} has it: to the region of {@link aReading}. */
export const aHeldSubscription = (over: Partial<HeldSubscription> = {}): HeldSubscription => ({
  target: 'region#eu-west',
  connectionId: aConnection().connectionId,
  id: 's1',
  ...over,
});

/** {@link aConnection} and what it holds, for tests. */
export const aHeld = (
  over: { connection?: Partial<Connection>; subscriptions?: readonly HeldSubscription[] } = {},
): Held => ({ connection: aConnection(over.connection), subscriptions: over.subscriptions ?? [] });

/** {@link aHeldSubscription} for tests, as delivery reads it. */
export const aSubscription = (over: Partial<Subscription> = {}): Subscription => {
  const { principal: _, ...connection } = aConnection();
  return { ...aHeldSubscription(), ...connection, ...over };
};

/** A device for tests, whose newest reading is {@link aReading}; give another one and the device is that one's. */
export const aDevice = (over: Partial<Device> = {}): Device => {
  const latest = over.latest ?? aReading();
  const { deviceId, region, deviceType } = latest;
  return {
    deviceId,
    region,
    ...(deviceType === undefined ? {} : { deviceType }),
    latest,
    recordedAt: latest.receivedAt + 10,
    ...over,
  };
};

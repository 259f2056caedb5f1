import type { Connection } from './ports.ts';
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

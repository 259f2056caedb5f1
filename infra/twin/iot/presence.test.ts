import { describe, expect, it } from 'vitest';
import { createPresence } from './presence.ts';

const read = ({ payload }: { payload: Buffer }) => JSON.parse(payload.toString()) as Record<string, unknown>;
const connected = { kind: 'connected', ipAddress: '192.0.2.1' } as const;
const lost = { kind: 'disconnected', reason: 'CONNECTION_LOST' } as const;

describe('a presence event', () => {
  it('of a connection has the fields of AWS', () => {
    const message = createPresence({ now: () => 1000 })('pump', connected);
    expect(message).toMatchObject({ topic: '$aws/events/presence/connected/pump', timestamp: 1000 });
    expect(read(message)).toStrictEqual({
      clientId: 'pump',
      timestamp: 1000,
      eventType: 'connected',
      sessionIdentifier: expect.stringMatching(/^[\da-f-]{36}$/) as string,
      principalIdentifier: expect.stringMatching(/^[\da-f]{64}$/) as string,
      ipAddress: '192.0.2.1',
      versionNumber: 0,
    });
  });

  it('of its end has the session and version of the connection, and the reason', () => {
    const presence = createPresence({ now: () => 1000 });
    const { sessionIdentifier, principalIdentifier } = read(presence('pump', connected));
    expect(read(presence('pump', lost))).toStrictEqual({
      clientId: 'pump',
      timestamp: 1000,
      eventType: 'disconnected',
      sessionIdentifier,
      principalIdentifier,
      clientInitiatedDisconnect: false,
      disconnectReason: 'CONNECTION_LOST',
      versionNumber: 0,
    });
  });

  it('has a version that grows with every connection, and begins anew after an hour away', () => {
    let now = 0;
    const presence = createPresence({ now: () => now });
    const versions = [0, 3_599_999, 3_600_000].map((away) => {
      now += away;
      const { versionNumber } = read(presence('pump', connected));
      presence('pump', lost);
      return versionNumber;
    });
    expect(versions).toEqual([0, 1, 0]);
  });
});

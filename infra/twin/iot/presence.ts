import { Buffer } from 'node:buffer';
import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { DisconnectReason } from './disconnectReasons.ts';
import type { PublishedMessage } from './publishedMessage.ts';

/** How a connection begins and ends. */
export type PresenceEvent =
  | { kind: 'connected'; ipAddress: string }
  | { kind: 'disconnected'; reason: DisconnectReason };

/** The message that says how a client's connection began or ended, with the id of the certificate that it showed. */
export type Presence = (clientId: string, event: PresenceEvent, certificateId?: string) => PublishedMessage;

type Session = { sessionIdentifier: string; versionNumber: number; endedAt?: number };

/** A client that was away for about an hour begins at version 0 again. */
const forgottenAfterMs = 3_600_000;

/**
 * Makes the lifecycle events that AWS publishes to `$aws/events/presence/connected|disconnected/<clientId>` (AWS IoT
 * developer guide, "Lifecycle events", "Connect/Disconnect events"). Both events of a connection have the same
 * `versionNumber`, the next connection of the client has a higher one. The twin remembers every client id it has seen.
 */
export const createPresence = ({ now }: Pick<Clock, 'now'>): Presence => {
  const sessions = new Map<string, Session>();

  const sessionOf = (clientId: string, kind: PresenceEvent['kind'], timestamp: number): Session => {
    const last = sessions.get(clientId);
    if (last !== undefined && kind === 'disconnected') return last;
    const isRemembered = last !== undefined && timestamp - (last.endedAt ?? timestamp) < forgottenAfterMs;
    return { sessionIdentifier: randomUUID(), versionNumber: isRemembered ? last.versionNumber + 1 : 0 };
  };

  return (clientId, event, certificateId) => {
    const timestamp = now();
    const { sessionIdentifier, versionNumber } = sessionOf(clientId, event.kind, timestamp);
    const endedAt = event.kind === 'connected' ? {} : { endedAt: timestamp };
    sessions.set(clientId, { sessionIdentifier, versionNumber, ...endedAt });
    const body = {
      clientId,
      timestamp,
      eventType: event.kind,
      sessionIdentifier,
      principalIdentifier: certificateId ?? principalOf(clientId),
      ...detailsOf(event),
      versionNumber,
    };
    return {
      topic: `$aws/events/presence/${event.kind}/${clientId}`,
      payload: Buffer.from(JSON.stringify(body)),
      // No client published it.
      clientId: 'n/a',
      timestamp,
      rule: undefined,
    };
  };
};

/** In the form of a certificate id: as if a client that showed none had one of its own. */
const principalOf = (clientId: string): string => createHash('sha256').update(clientId).digest('hex');

const detailsOf = (event: PresenceEvent): object =>
  event.kind === 'connected'
    ? { ipAddress: event.ipAddress }
    : {
        clientInitiatedDisconnect: event.reason === 'CLIENT_INITIATED_DISCONNECT',
        disconnectReason: event.reason,
      };

import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { PublishedMessage } from './publishedMessage.ts';

/** How a connection begins and ends. AWS knows more reasons; the twin tells these two apart. */
export type PresenceEvent =
  { kind: 'connected' } | { kind: 'disconnected'; reason: 'CLIENT_INITIATED_DISCONNECT' | 'CONNECTION_LOST' };

/**
 * Makes the lifecycle events that AWS publishes to `$aws/events/presence/connected|disconnected/<clientId>` (AWS IoT
 * developer guide, "Connect/Disconnect events"; fields from memory). `versionNumber` grows with each event of a client; the twin remembers
 * every client id it has seen.
 */
export const createPresence = ({ now }: Pick<Clock, 'now'>) => {
  const sessions = new Map<string, { sessionIdentifier: string; versionNumber: number }>();
  return (clientId: string, event: PresenceEvent): PublishedMessage => {
    const last = sessions.get(clientId);
    const session = {
      sessionIdentifier:
        event.kind === 'connected' || last === undefined ? randomUUID() : last.sessionIdentifier,
      versionNumber: last === undefined ? 0 : last.versionNumber + 1,
    };
    sessions.set(clientId, session);
    const timestamp = now();
    const body = { clientId, timestamp, eventType: event.kind, ...session, ...ending(event) };
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

const ending = (event: PresenceEvent): { clientInitiatedDisconnect?: boolean; disconnectReason?: string } =>
  event.kind === 'connected'
    ? {}
    : {
        clientInitiatedDisconnect: event.reason === 'CLIENT_INITIATED_DISCONNECT',
        disconnectReason: event.reason,
      };

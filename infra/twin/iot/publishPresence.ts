import type { Aedes, Client } from 'aedes';
import type { HookOptions } from './brokerHooks.ts';
import type { DisconnectReasons } from './disconnectReasons.ts';
import type { Presence, PresenceEvent } from './presence.ts';

export type PresenceOptions = Pick<HookOptions, 'onPublish' | 'report'> & {
  presence: Presence;
  reasons: DisconnectReasons;
  /** The address at the other end of a client's connection. */
  addressOf: (connection: object) => string;
  /** The id of the certificate that a client showed. */
  certificateOf: (client: Client) => string | undefined;
};

/**
 * Publishes lifecycle events to rules and subscribers alike. A client that takes over the id of another comes after
 * that one has gone: `disconnected`, then `connected`. AWS promises no order, only the version numbers.
 */
export const publishPresence = (
  aedes: Aedes,
  { onPublish, report, presence, reasons, addressOf, certificateOf }: PresenceOptions,
): void => {
  const publish = (client: Client, event: PresenceEvent): void => {
    if (aedes.closed) return;
    const message = presence(client.id, event, certificateOf(client));
    const { topic, payload } = message;
    aedes.publish({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false }, () => undefined);
    onPublish(message).catch((error: unknown) =>
      report(`MQTT message to ${topic} was lost: ${String(error)}.`),
    );
  };
  aedes.on('clientReady', (client) =>
    publish(client, { kind: 'connected', ipAddress: addressOf(client.conn) }),
  );
  aedes.on('clientDisconnect', (client) =>
    publish(client, { kind: 'disconnected', reason: reasons.of(client.conn) }),
  );
  aedes.on('keepaliveTimeout', (client) => reasons.note(client.conn, 'MQTT_KEEP_ALIVE_TIMEOUT'));
};

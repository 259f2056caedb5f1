import { type IClientOptions, type MqttClient, connect } from 'mqtt';

import { fullJitter } from './backoff.ts';
import { outbox } from './outbox.ts';
import type { ConnectionListener, DeviceConnection, Transport } from './transport.ts';

type Settings = {
  /** `mqtt://` or `mqtts://` */
  readonly broker: string;
  /** In [0, 1); spreads reconnections. */
  readonly random?: () => number;
  /** Messages a device keeps while it has no connection. */
  readonly bufferSize?: number;
};

/** AWS IoT Core takes 100 unacknowledged QoS 1 messages a connection: "Maximum inbound unacknowledged QoS 1 publish requests". */
const maxInFlight = 100;

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'no such host',
  ECONNRESET: 'connection reset',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'host unreachable',
};

const reasonOf = (error: Error & { code?: unknown }): string =>
  (typeof error.code === 'string' ? reasons[error.code] : undefined) ?? error.message;

const optionsFor = (clientId: string, firstRetryMs: number): IClientOptions => ({
  clientId,
  protocolVersion: 5,
  clean: true,
  keepalive: 60,
  connectTimeout: 5_000,
  reconnectPeriod: firstRetryMs,
  reconnectOnConnackError: true,
  resubscribe: false,
});

/** mqtt.js waits `reconnectPeriod` after each close and reads it anew each time: we change it before every attempt. */
const jitterReconnects = (client: MqttClient, random: () => number): void => {
  let attempt = 0;
  client.on('reconnect', () => (client.options.reconnectPeriod = fullJitter(++attempt, random())));
  client.on('connect', () => {
    attempt = 0;
    client.options.reconnectPeriod = fullJitter(attempt, random());
  });
};

const tell = (client: MqttClient, listener: ConnectionListener): void => {
  let reason: string | undefined;
  client.on('connect', () => {
    reason = undefined;
    listener.connected();
  });
  client.on('error', (error) => (reason = reasonOf(error)));
  client.on('disconnect', ({ properties }) => (reason = properties?.reasonString));
  client.on('close', () => {
    if (!client.disconnecting) listener.lost(reason ?? 'connection closed by the broker');
  });
};

/** Ends with DISCONNECT where there is a connection. mqtt.js would wait for ever for acknowledgements that do not come. */
const leave = async (client: MqttClient): Promise<void> => {
  for (const messageId of Object.keys(client.outgoing)) client.removeOutgoingMessage(Number(messageId));
  await client.endAsync(!client.connected);
};

const connectDevice = (
  { broker, random = Math.random, bufferSize = 1_000 }: Settings,
  clientId: string,
  listener: ConnectionListener,
): DeviceConnection => {
  const client = connect(broker, optionsFor(clientId, fullJitter(0, random())));
  const box = outbox({
    capacity: bufferSize,
    maxInFlight,
    send: ({ topic, payload }, done) =>
      client.publish(topic, payload, { qos: 1 }, (error) => done(error ? 'refused' : 'acknowledged')),
  });
  jitterReconnects(client, random);
  tell(client, listener);
  client.on('connect', box.open);
  client.on('close', box.shut);
  return {
    publish: (topic, payload) => box.add({ topic, payload }),
    close: async () => {
      box.end();
      await leave(client);
    },
  };
};

/** Devices over MQTT 5 to any broker, one TCP or TLS connection each. Unacknowledged messages are sent again (DUP) after a reconnect. */
export const mqttTransport = (settings: Settings): Transport => ({
  connect: (clientId, listener) => connectDevice(settings, clientId, listener),
});

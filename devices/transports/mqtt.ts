import { type IClientOptions, type MqttClient, connect } from 'mqtt';

import { fullJitter } from '../backoff.ts';
import { outbox } from '../outbox.ts';
import type { ConnectionListener, DeviceConnection, DeviceLogin, Transport } from '../transport.ts';

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

const optionsFor = (device: DeviceLogin, firstRetryMs: number): IClientOptions => ({
  clientId: device.clientId,
  ...device.certificate,
  ...(device.username !== undefined && { username: device.username }),
  ...(device.password !== undefined && { password: device.password }),
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

const toBuffer = (payload: string | Uint8Array): Buffer =>
  typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload);

/** Ends with DISCONNECT where there is a connection. mqtt.js would wait for ever for acknowledgements that do not come. */
const leave = async (client: MqttClient): Promise<void> => {
  for (const messageId of Object.keys(client.outgoing)) client.removeOutgoingMessage(Number(messageId));
  await client.endAsync(!client.connected);
};

const connectDevice = (
  { broker, random = Math.random, bufferSize = 1_000 }: Settings,
  device: DeviceLogin,
  listener: ConnectionListener,
): DeviceConnection => {
  const client = connect(broker, optionsFor(device, fullJitter(0, random())));
  const box = outbox({
    capacity: bufferSize,
    maxInFlight,
    send: ({ topic, payload, qos = 1, retain = false }, done) =>
      client.publish(topic, toBuffer(payload), { qos, retain }, (error) =>
        done(qos === 0 ? 'unacknowledged' : error ? 'refused' : 'acknowledged'),
      ),
  });
  jitterReconnects(client, random);
  tell(client, listener);
  client.on('connect', box.open);
  client.on('close', box.shut);
  return {
    publish: box.add,
    drop: () => client.stream.destroy(),
    resume: () => undefined,
    close: async () => {
      box.end();
      await leave(client);
    },
  };
};

/** Devices over MQTT 5 to any broker, one TCP or TLS connection each. Unacknowledged messages are sent again (DUP) after a reconnect. */
export const mqttTransport = (settings: Settings): Transport => ({
  connect: (device, listener) => connectDevice(settings, device, listener),
});

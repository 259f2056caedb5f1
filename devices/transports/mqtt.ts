import { type IClientOptions, type MqttClient, connect } from 'mqtt';

import { isEncrypted, isWebSocket } from '../brokerUrl.ts';
import { type ConnectionSettings, connectionDefaults } from '../connectionSettings.ts';
import { type SendResult, outbox } from '../outbox.ts';
import type { ConnectionListener, DeviceConnection, DeviceLogin, Message, Transport } from '../transport.ts';
import { attempts } from './attempts.ts';
import {
  connectTimeoutMs,
  defaultBufferSize,
  goodbyeMs,
  maxInFlight,
  sessionExpirySeconds,
} from './limits.ts';
import { type Failure, closedBeforeAccepted, failureOf, failureOfCode } from './reasonWords.ts';

type Settings = Pick<ConnectionSettings, 'broker'> &
  Partial<Pick<ConnectionSettings, 'mqttVersion' | 'ca' | 'keepAlive' | 'persistentSession'>> & {
    /** In [0, 1); spreads reconnections. */
    readonly random?: () => number;
    /** Messages a device keeps while it has no connection. */
    readonly bufferSize?: number;
  };

const toBuffer = (payload: string | Uint8Array): Buffer =>
  typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload);

/** mqtt.js would make `mqtts` of `mqtt` when it is given a certificate, so it gets one only where there is TLS. */
const tlsOptions = (broker: string, ca: string | undefined, { certificate }: DeviceLogin): IClientOptions => {
  if (!isEncrypted(broker)) return {};
  // AWS IoT Core takes MQTT beside HTTPS on port 443 by this name: "Protocols, port mappings, and authentication".
  const isAlpn = !isWebSocket(broker) && new URL(broker).port === '443';
  return {
    ...(ca !== undefined && { ca }),
    ...certificate,
    ...(isAlpn && { ALPNProtocols: ['x-amzn-mqtt-ca'] }),
  };
};

const willOptions = ({ will }: DeviceLogin): IClientOptions =>
  will === undefined
    ? {}
    : {
        will: {
          topic: will.topic,
          payload: toBuffer(will.payload),
          qos: will.qos ?? 1,
          retain: will.retain ?? false,
        },
      };

const clientOptions = (settings: Settings, device: DeviceLogin): IClientOptions => {
  const { broker, ca, mqttVersion = 5, keepAlive = connectionDefaults.keepAlive } = settings;
  const isPersistent = settings.persistentSession === true;
  return {
    clientId: device.clientId,
    protocolVersion: mqttVersion === 3 ? 4 : 5,
    clean: !isPersistent,
    ...(isPersistent && mqttVersion === 5 && { properties: { sessionExpiryInterval: sessionExpirySeconds } }),
    keepalive: keepAlive,
    connectTimeout: connectTimeoutMs,
    reconnectPeriod: 0, // We connect again ourselves, with jitter.
    resubscribe: false,
    ...(device.username !== undefined && { username: device.username }),
    ...(device.password !== undefined && { password: device.password }),
    ...willOptions(device),
    ...tlsOptions(broker, ca, device),
  };
};

const sendWith =
  (client: MqttClient, isCut: () => boolean) =>
  ({ topic, payload, qos = 1, retain = false }: Message, done: (result: SendResult) => void): void => {
    client.publish(
      topic,
      toBuffer(payload),
      { qos, retain },
      (error?: (Error & { code?: unknown }) | null) => {
        if (qos === 0) return;
        if (!error) done('acknowledged');
        else if (typeof error.code === 'number') done('refused');
        else done(isCut() ? 'cut' : 'lost');
      },
    );
    if (qos === 0) done('unacknowledged');
  };

/** Takes back what is in flight, so that it is sent anew. */
const takeBack = (client: MqttClient): void => {
  for (const messageId of Object.keys(client.outgoing)) client.removeOutgoingMessage(Number(messageId));
};

const closedByBroker: Failure = { reason: 'connection closed by the broker', isRefused: false };

const whyClosed = (failure: Failure | undefined, wasAccepted: boolean, isTls: boolean): Failure => {
  const isSilent = failure === undefined || failure.reason === 'connection reset';
  return isSilent && isTls && !wasAccepted ? closedBeforeAccepted : (failure ?? closedByBroker);
};

/** Calls `closed` with why, whenever a connection or an attempt has ended. */
const watchFailures = (client: MqttClient, isTls: boolean, closed: (failure: Failure) => void) => {
  let failure: Failure | undefined;
  let isUp = false;
  const note = (error: Error): void => void (failure = failureOf(error));
  client.on('error', note);
  client.on('connect', () => (isUp = true));
  client.on('disconnect', ({ reasonCode = 0x80, properties }) => {
    failure = { reason: properties?.reasonString ?? failureOfCode(reasonCode).reason, isRefused: false };
  });
  client.on('close', () => {
    const { reason, isRefused } = whyClosed(failure, isUp, isTls);
    const told = { reason, isRefused: isRefused && !isUp };
    [failure, isUp] = [undefined, false];
    closed(told);
  });
  // mqtt.js keeps errors without a code to itself, such as a refused WebSocket upgrade.
  return { watchStream: () => void client.stream.on('error', note) };
};

/** Ends with DISCONNECT where there is a connection. mqtt.js would wait for ever for a broker that does not close. */
const leave = async (client: MqttClient): Promise<void> => {
  takeBack(client);
  const late = setTimeout(() => client.stream.destroy(), goodbyeMs);
  await client.endAsync(!client.connected);
  clearTimeout(late);
};

const connectDevice = (
  settings: Settings,
  device: DeviceLogin,
  listener: ConnectionListener,
): DeviceConnection => {
  const { broker, random = Math.random, bufferSize = defaultBufferSize } = settings;
  const client = connect(broker, clientOptions(settings, device));
  const tries = attempts({
    connect: () => {
      client.connect();
      watchStream();
    },
    cut: () => client.stream.destroy(),
    random,
  });
  const box = outbox({ capacity: bufferSize, maxInFlight, send: sendWith(client, tries.isCut) });
  const { watchStream } = watchFailures(client, isEncrypted(broker), ({ reason, isRefused }) => {
    box.shut();
    // A persistent session keeps what is in flight: mqtt.js sends it again with its packet identifier and DUP [MQTT-4.4.0-1].
    if (client.options.clean !== false) takeBack(client);
    if (tries.isEnded()) return;
    if (tries.isCut()) listener.lost('cut off');
    else if (isRefused) listener.refused(reason);
    else listener.lost(reason);
    tries.closed();
  });
  watchStream();
  client.on('connect', () => {
    listener.connected();
    box.open();
  });
  client.on('packetreceive', ({ cmd }) => {
    if (cmd !== 'connack' && cmd !== 'disconnect') tries.proven();
  });
  return {
    publish: box.add,
    drop: tries.drop,
    resume: tries.resume,
    close: async () => {
      tries.end();
      box.end();
      await leave(client);
    },
  };
};

/**
 * Devices over MQTT 3.1.1 or 5 to any broker, one TCP, TLS or WebSocket connection each. What was not acknowledged is sent
 * again after a reconnect.
 */
export const mqttTransport = (settings: Settings): Transport => ({
  connect: (device, listener) => connectDevice(settings, device, listener),
});

import { setTimeout } from 'node:timers/promises';
import { mqtt5 } from 'aws-iot-device-sdk-v2';

import { type SendResult, outbox } from '../outbox.ts';
import type { ConnectionListener, DeviceConnection, DeviceLogin, Message, Transport } from '../transport.ts';
import { type AwsIotSettings, type Identity, awsIotConfig, qosOf, sigV4For } from './awsIotConfig.ts';
import { cutOff, failureOfAttempt, reasonOfEnd } from './crtWords.ts';
import { defaultBufferSize, goodbyeMs, maxInFlight } from './limits.ts';
import type { Failure } from './reasonWords.ts';

type Settings = AwsIotSettings & {
  /** Messages a device keeps while it has no connection. */
  readonly bufferSize?: number;
  /** Upper end of the first back-off, ms; the client's own randomness spreads it. */
  readonly minRetryMs?: number;
};

const packetOf = ({ topic, payload, qos, retain = false }: Message): mqtt5.PublishPacket => ({
  topicName: topic,
  payload,
  qos: qosOf(qos),
  retain,
});

const errorNameOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'error_name' in error
    ? String(error.error_name)
    : String(error);

/** Messages that no connection would take, as the client finds before it sends them. */
const isInvalid = (error: unknown): boolean => /VALIDATION|ENCODE|INVALID/.test(errorNameOf(error));

const isTaken = (puback: mqtt5.PubackPacket | undefined): boolean =>
  puback === undefined || mqtt5.isSuccessfulPubackReasonCode(puback.reasonCode);

/** What is under way to the broker. The client keeps its own account, but tells the end of a message only on reconnecting. */
const sender = (client: mqtt5.Mqtt5Client) => {
  const pending = new Set<(result: SendResult) => void>();
  const send = async (message: Message, done: (result: SendResult) => void): Promise<void> => {
    if (message.qos === 0) done('unacknowledged');
    else pending.add(done);
    const result = await client.publish(packetOf(message)).then(
      (puback) => (isTaken(puback) ? 'acknowledged' : 'refused'),
      (error: unknown) => (isInvalid(error) ? 'refused' : 'lost'),
    );
    if (pending.delete(done)) done(result);
  };
  const takeBack = (result: 'lost' | 'cut'): void => {
    const all = [...pending];
    pending.clear();
    for (const done of all) done(result);
  };
  return { send: (...of: Parameters<typeof send>) => void send(...of), takeBack };
};

/** Starts and stops the client. It takes a start for none while it is stopping, so a start waits for that. */
const power = (client: mqtt5.Mqtt5Client) => {
  let [isWanted, isStopped] = [false, true];
  let whenStopped = (): void => undefined;
  const start = (): void => {
    isWanted = true;
    if (!isStopped) return;
    isStopped = false;
    client.start();
  };
  client.on('stopped', () => {
    isStopped = true;
    whenStopped();
    if (isWanted) start();
  });
  return {
    start,
    /** Without a goodbye the broker sends the will. Resolves once all is over, or not within `goodbyeMs`. */
    stop: async (goodbye?: mqtt5.DisconnectPacket): Promise<void> => {
      isWanted = false;
      if (isStopped) return;
      const stopped = new Promise<void>((resolve) => (whenStopped = resolve));
      client.stop(goodbye);
      await Promise.race([stopped, setTimeout(goodbyeMs, undefined, { ref: false })]);
    },
  };
};

const connectDevice = (
  settings: Settings,
  identity: Identity,
  device: DeviceLogin,
  listener: ConnectionListener,
): DeviceConnection => {
  const { bufferSize = defaultBufferSize, minRetryMs = 500, persistentSession = false } = settings;
  const client = new mqtt5.Mqtt5Client(awsIotConfig(settings, device, { identity, minRetryMs }));
  const { send, takeBack } = sender(client);
  const box = outbox({ capacity: bufferSize, maxInFlight, send });
  const { start, stop } = power(client);
  let isOver = false;

  const ended = ({ reason, isRefused }: Failure): void => {
    box.shut();
    // A persistent session keeps what is in flight: the client sends it again [MQTT-4.4.0-1].
    if (!persistentSession) takeBack(reason === cutOff ? 'cut' : 'lost');
    if (isOver) return;
    if (isRefused) listener.refused(reason);
    else listener.lost(reason);
  };
  client.on('connectionFailure', ({ error, connack }) =>
    ended(failureOfAttempt(error.error_name, connack?.reasonCode)),
  );
  client.on('disconnection', ({ error, disconnect }) =>
    ended({ reason: reasonOfEnd(error.error_name, disconnect?.reasonCode), isRefused: false }),
  );
  client.on('connectionSuccess', () => {
    if (isOver) return;
    listener.connected();
    box.open();
  });
  start();
  return {
    publish: box.add,
    drop: () => void stop(),
    resume: () => {
      if (!isOver) start();
    },
    close: async () => {
      if (isOver) return;
      isOver = true;
      box.end();
      await stop({ reasonCode: mqtt5.DisconnectReasonCode.NormalDisconnection });
      client.close();
    },
  };
};

/** A device that has nothing to show: what it says waits, and is lost when it is closed. */
const refuseAtOnce = (
  { bufferSize = defaultBufferSize }: Settings,
  listener: ConnectionListener,
): DeviceConnection => {
  const box = outbox({ capacity: bufferSize, maxInFlight, send: () => undefined });
  let tell = (): void => listener.refused('it has no certificate: give --cert and --key, or --websocket');
  const nobody = (): void => undefined;
  process.nextTick(() => tell());
  return {
    publish: box.add,
    drop: nobody,
    resume: nobody,
    close: async () => {
      tell = nobody;
      box.end();
    },
  };
};

/**
 * Devices of AWS IoT Core by its own device SDK: MQTT 5 with a certificate of each device, or over WebSocket signed with
 * AWS credentials. What was not acknowledged is sent again after a reconnect. A device with neither is refused. Throws
 * DevicesError `bad_usage` where the region is not known. The SDK's native threads may keep a process alive that has
 * nothing more to do: end it with `process.exit()`.
 */
export const awsIotTransport = (settings: Settings): Transport => {
  const sigV4 = sigV4For(settings.broker);
  return {
    connect: (device, listener) => {
      const identity = sigV4 ?? device.certificate;
      if (identity === undefined) return refuseAtOnce(settings, listener);
      return connectDevice(settings, identity, device, listener);
    },
  };
};

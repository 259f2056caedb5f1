import { auth, io, iot, mqtt5 } from 'aws-iot-device-sdk-v2';

import { isWebSocket } from '../brokerUrl.ts';
import type { ConnectionSettings } from '../connectionSettings.ts';
import { DevicesError } from '../devicesError.ts';
import type { DeviceLogin } from '../transport.ts';
import { connectTimeoutMs, sessionExpirySeconds } from './limits.ts';

export type AwsIotSettings = Pick<ConnectionSettings, 'broker'> &
  Partial<Pick<ConnectionSettings, 'ca' | 'keepAlive' | 'persistentSession'>>;

const maxRetryMs = 10_000;

/** The region is part of what is signed; another name for the endpoint does not tell it. Throws DevicesError `bad_usage`. */
export const regionOf = (host: string, environment: Readonly<Record<string, string | undefined>>): string => {
  const region =
    /\.iot\.([\w-]+)\.amazonaws\.com/.exec(host)?.[1] ??
    environment['AWS_REGION'] ??
    environment['AWS_DEFAULT_REGION'];
  if (region !== undefined) return region;
  throw new DevicesError('bad_usage', `${host} does not tell its region: set AWS_REGION.`);
};

export const qosOf = (qos: 0 | 1 = 1): mqtt5.QoS =>
  qos === 0 ? mqtt5.QoS.AtMostOnce : mqtt5.QoS.AtLeastOnce;

const connectPacket = (
  { keepAlive = 60, persistentSession = false }: AwsIotSettings,
  { clientId, will }: DeviceLogin,
): mqtt5.ConnectPacket => ({
  clientId,
  keepAliveIntervalSeconds: keepAlive,
  ...(persistentSession && { sessionExpiryIntervalSeconds: sessionExpirySeconds }),
  ...(will && {
    will: {
      topicName: will.topic,
      payload: will.payload,
      qos: qosOf(will.qos),
      retain: will.retain ?? false,
    },
  }),
});

export type SigV4 = Pick<iot.WebsocketSigv4Config, 'credentialsProvider' | 'region'>;

/** What all devices share to sign: credentials are looked for where the AWS SDKs look, and once. */
export const sigV4For = (broker: string): SigV4 | undefined =>
  isWebSocket(broker)
    ? {
        credentialsProvider: auth.AwsCredentialsProvider.newDefault(),
        region: regionOf(new URL(broker).hostname, process.env),
      }
    : undefined;

/** How a device shows who it is. */
export type Identity = SigV4 | NonNullable<DeviceLogin['certificate']>;

const builderFor = (host: string, identity: Identity): iot.AwsIotMqtt5ClientConfigBuilder => {
  const from = iot.AwsIotMqtt5ClientConfigBuilder;
  return 'cert' in identity
    ? from.newDirectMqttBuilderWithMtlsFromMemory(host, identity.cert, identity.key)
    : from.newWebsocketMqttBuilderWithSigv4Auth(host, identity);
};

/** What the SDK's client of one device is made of. `minRetryMs`: the first back-off's upper end. */
export const awsIotConfig = (
  settings: AwsIotSettings,
  device: DeviceLogin,
  { identity, minRetryMs }: { readonly identity: Identity; readonly minRetryMs: number },
): mqtt5.Mqtt5ClientConfig => {
  const { hostname, port } = new URL(settings.broker);
  const builder = builderFor(hostname, identity)
    .withConnectProperties(connectPacket(settings, device))
    .withSessionBehavior(
      settings.persistentSession === true
        ? mqtt5.ClientSessionBehavior.RejoinPostSuccess
        : mqtt5.ClientSessionBehavior.Clean,
    )
    // Messages wait in our own bounded buffer.
    .withOfflineQueueBehavior(mqtt5.ClientOperationQueueBehavior.FailAllOnDisconnect)
    .withRetryJitterMode(mqtt5.RetryJitterType.Full)
    .withMinReconnectDelayMs(minRetryMs)
    .withMaxReconnectDelayMs(maxRetryMs)
    .withConnackTimeoutMs(connectTimeoutMs)
    .withSocketOptions(new io.SocketOptions(io.SocketType.STREAM, io.SocketDomain.IPV4, connectTimeoutMs));
  if (port !== '') builder.withPort(Number(port));
  if (settings.ca !== undefined) builder.withCertificateAuthority(settings.ca);
  const config = builder.build();
  // The builder overwrites these; AWS IoT looks at them only with a custom authorizer.
  if (config.connectProperties && device.username !== undefined) {
    config.connectProperties.username = device.username;
    if (device.password !== undefined) {
      config.connectProperties.password = Buffer.from(device.password);
    }
  }
  return config;
};

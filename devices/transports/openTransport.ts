import type { ConnectionSettings } from '../connectionSettings.ts';
import type { Transport } from '../transport.ts';
import { asUsersSet } from './asUsersSet.ts';
import { basicIngest } from './basicIngest.ts';

export type TransportLimits = {
  /** In [0, 1); spreads reconnections. Default: Math.random. `aws-iot` has a randomness of its own. */
  readonly random?: () => number;
  /** Messages a device keeps while it has no connection. Default 1,000. */
  readonly bufferSize?: number;
};

/** The client library is loaded only now: mqtt.js takes 0.2 s, the AWS SDK brings 44 MB of native code. */
const load = async (settings: ConnectionSettings, limits: TransportLimits): Promise<Transport> => {
  if (settings.transport === 'aws-iot') {
    const { awsIotTransport } = await import('./awsIot.ts');
    return awsIotTransport({ ...settings, ...limits });
  }
  const { mqttTransport } = await import('./mqtt.ts');
  return mqttTransport({ ...settings, ...limits });
};

/** The way to the broker that `settings` describe, with what they say of wills, retained messages and Basic Ingest. */
export const openTransport = async (
  settings: ConnectionSettings,
  limits: TransportLimits = {},
): Promise<Transport> => {
  const transport = asUsersSet(settings, await load(settings, limits));
  return settings.basicIngest === undefined ? transport : basicIngest(settings.basicIngest, transport);
};

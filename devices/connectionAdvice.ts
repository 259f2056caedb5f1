import { DevicesError } from './devicesError.ts';
import { withoutSecrets } from './withoutSecrets.ts';

const isLocal = (broker: string): boolean =>
  ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(broker).hostname);

const refused = (broker: string, reason = 'no reason told'): string =>
  `The MQTT broker at ${withoutSecrets(broker)} refuses the devices (${reason}). ` +
  'Check --cert, --key, --username and what the broker or its policy allows this client id.';

const unreachable = (broker: string, reason = 'no answer'): string =>
  `Cannot reach the MQTT broker at ${withoutSecrets(broker)} (${reason}). ` +
  (isLocal(broker) ? 'Is the twin running? npm start' : 'Check --broker, its port and the network.');

/**
 * The error when not one device has got a connection. `reason`: the last that the transport told; `isRefused`: whether
 * it told it by `refused`.
 */
export const noConnection = (
  broker: string,
  { reason, isRefused }: { readonly reason: string | undefined; readonly isRefused: boolean },
): DevicesError =>
  new DevicesError('broker_unreachable', isRefused ? refused(broker, reason) : unreachable(broker, reason));

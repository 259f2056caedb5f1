import { DevicesError } from './devicesError.ts';
import { noBroker } from './transports/reasonWords.ts';
import { withoutSecrets } from './withoutSecrets.ts';

const isLocal = (broker: string): boolean =>
  ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(broker).hostname);

/** What helps, by the words of the transports. */
const adviceFor = (broker: string, reason: string): string => {
  if (reason === 'connection refused' && isLocal(broker)) return 'Is the twin running? npm start';
  if (/certificate|TLS/.test(reason)) return 'Check --ca, and whether --broker and its port are right.';
  if (reason === noBroker) return 'Check --broker and its port.';
  return 'Check --broker, its port and the network.';
};

const refused = (broker: string, reason = 'no reason told'): string =>
  `The MQTT broker at ${withoutSecrets(broker)} refuses the devices (${reason}). ` +
  (/AWS credentials/.test(reason)
    ? 'Set AWS_PROFILE, or give --cert and --key instead of --websocket.'
    : 'Check --cert, --key, --username and what the broker or its policy allows this client id.');

const unreachable = (broker: string, reason = 'no answer'): string =>
  `Cannot reach the MQTT broker at ${withoutSecrets(broker)} (${reason}). ` + adviceFor(broker, reason);

/**
 * The error when not one device has got a connection. `reason`: the last that the transport told; `isRefused`: whether
 * it told it by `refused`.
 */
export const noConnection = (
  broker: string,
  { reason, isRefused }: { readonly reason: string | undefined; readonly isRefused: boolean },
): DevicesError =>
  new DevicesError('broker_unreachable', isRefused ? refused(broker, reason) : unreachable(broker, reason));

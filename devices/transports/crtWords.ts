import { type Failure, closedBeforeAccepted, failureOfCode } from './reasonWords.ts';

const lost = (reason: string): Failure => ({ reason, isRefused: false });

/** What we did ourselves. */
export const cutOff = 'cut off';

/** Names of the AWS Common Runtime's errors, by what they mean to us; the first that fits counts. */
const meanings: readonly (readonly [RegExp, Failure])[] = [
  [/USER_REQUESTED_STOP/, lost(cutOff)],
  [/SOCKET_CONNECTION_REFUSED/, lost('connection refused')],
  [/DNS|INVALID_ADDRESS|HOST_REMOVED/, lost('no such host')],
  [/SOCKET_(NETWORK_DOWN|NO_ROUTE_TO_HOST)/, lost('host unreachable')],
  [/TIMEOUT|TIMED_OUT/, lost('no answer')],
  [/TLS.*(NOT_NEGOTIATED|ALERT_NOT_GRACEFUL)/, lost('connection closed by the broker')],
  [/TLS/, { reason: 'TLS refused (certificate of the device, or of the broker: --ca)', isRefused: true }],
  [/AUTH/, { reason: 'no AWS credentials', isRefused: true }],
  [/WEBSOCKET_UPGRADE_FAILURE/, { reason: 'not authorized', isRefused: true }],
];

const hangup = /HANGUP|SOCKET_CLOSED|BROKEN_PIPE|CONNECTION_CLOSED/;

/** What a failed attempt says. `code` is that of the CONNACK, where there was one. */
export const failureOfAttempt = (errorName = 'unknown error', code: number | undefined): Failure => {
  if (code !== undefined) return failureOfCode(code);
  if (hangup.test(errorName)) return closedBeforeAccepted;
  return meanings.find(([name]) => name.test(errorName))?.[1] ?? lost(errorName);
};

/**
 * Why a connection that was good ended: not for its certificate any more, whatever TLS says. `code` is that of the
 * broker's DISCONNECT, where there was one.
 */
export const reasonOfEnd = (errorName = 'unknown error', code: number | undefined): string => {
  if (code !== undefined) return failureOfCode(code).reason;
  if (hangup.test(errorName) || /TLS/.test(errorName)) return 'connection closed by the broker';
  return meanings.find(([name]) => name.test(errorName))?.[1].reason ?? errorName;
};

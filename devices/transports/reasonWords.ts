/** Whether `code` is an answer about this device, so that asking again does not help by itself. */
export type Failure = { readonly reason: string; readonly isRefused: boolean };

const lost = (reason: string): Failure => ({ reason, isRefused: false });
const refused = (reason: string): Failure => ({ reason, isRefused: true });

/** CONNACK of MQTT 3.1.1, section 3.2.2.3; 7 is what AWS IoT Core sends for a client that no policy lets in. */
const returnCodes: Readonly<Record<number, Failure>> = {
  1: refused('the broker does not speak this version of MQTT'),
  2: refused('the client id is not allowed'),
  3: lost('the broker is not available'),
  4: refused('bad user name or password'),
  5: refused('not authorized'),
  7: refused('not authorized'),
};

/** CONNACK and DISCONNECT of MQTT 5, section 2.4. */
const reasonCodes: Readonly<Record<number, Failure>> = {
  0x80: lost('unspecified error'),
  0x81: lost('malformed packet'),
  0x82: lost('protocol error'),
  0x84: refused('the broker does not speak this version of MQTT'),
  0x85: refused('the client id is not allowed'),
  0x86: refused('bad user name or password'),
  0x87: refused('not authorized'),
  0x88: lost('the broker is not available'),
  0x89: lost('the broker is busy'),
  0x8a: refused('banned'),
  0x8b: lost('the broker is shutting down'),
  0x8c: refused('bad authentication method'),
  0x8d: lost('keep-alive timeout'),
  0x8e: lost('another client came with this client id'),
  0x90: lost('topic not allowed'),
  0x93: lost('too many messages in flight'),
  0x95: lost('packet too large'),
  0x96: lost('message rate too high'),
  0x97: lost('quota exceeded'),
  0x98: lost('closed by an administrator'),
  0x9a: lost('the broker does not retain messages'),
  0x9f: lost('connection rate exceeded'),
};

/** What a code in CONNACK or DISCONNECT says, of either version of MQTT. */
export const failureOfCode = (code: number): Failure =>
  returnCodes[code] ?? reasonCodes[code] ?? lost(`the broker said 0x${code.toString(16)}`);

const network: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'no such host',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'host unreachable',
  CERT_HAS_EXPIRED: "the broker's certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "the broker's certificate is for another host name",
  EPROTO: 'the broker does not speak TLS on this port',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the broker does not speak TLS on this port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the broker does not speak TLS on this port',
};

const untrusted =
  /^(SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|INVALID_CA|CERT_(SIGNATURE|UNTRUSTED|REJECTED|CHAIN))/;
const alert = /^ERR_SSL_.*ALERT_.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)/;

const certificateRefused = refused('certificate refused');

/**
 * A TLS connection that is closed before CONNACK: what AWS IoT Core does with a certificate that it does not know or that
 * no policy lets in, instead of refusing.
 */
export const closedBeforeAccepted = refused(
  'closed before it was accepted: the certificate, its policy or the port may be wrong',
);

/** What answers speaks something else, such as HTTP. */
export const noBroker = 'what answers there is no MQTT broker';

/** How mqtt-packet, and ws for an upgrade that is none, begin to say so. */
const foreign =
  /^(Invalid header flag bits|Malformed|Cannot parse|Invalid (protocol|variable byte|packet|subscribe)|Unexpected server response)/i;

/** What an error of Node's sockets and TLS, or of mqtt.js, says. */
export const failureOf = (error: Error & { code?: unknown }): Failure => {
  const { code, message } = error;
  if (typeof code === 'number') return failureOfCode(code);
  if (/Unexpected server response: 40[13]/.test(message)) return refused('not authorized');
  if (message === 'connack timeout') return lost('no answer');
  if (message === 'Keepalive timeout') return lost('keep-alive timeout');
  if (foreign.test(message)) return lost(noBroker);
  if (typeof code !== 'string') return lost(message);
  if (alert.test(code)) return certificateRefused;
  if (untrusted.test(code)) return lost("the broker's certificate is not signed by anybody trusted (--ca)");
  return lost(network[code] ?? message);
};

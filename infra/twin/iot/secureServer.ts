import type { Server, Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { Report } from '../report.ts';
import { certificateIdOf } from '../iotRegistry/certificateIdentity.ts';

/** What the MQTTS port shows and asks for, PEM. */
export type ServerIdentity = {
  readonly certificate: string;
  readonly privateKey: string;
  /** Who must have signed a client's certificate. */
  readonly ca: string;
};

/** A connection that showed a certificate of the CA. Whether it is registered and what it may do, policies say. */
export type OnSecure = (socket: TLSSocket, certificateId: string) => void;

/**
 * A TLS server (1.2 and 1.3, as AWS IoT) that lets only clients in which show a certificate of the CA; it is not
 * listening yet. `track` is told of every socket, also of those that never finish their handshake.
 */
export const secureServer = (
  { certificate, privateKey, ca }: ServerIdentity,
  { track, onSecure, refused }: { track: (socket: Socket) => void; onSecure: OnSecure; refused: Report },
): Server => {
  const server = createServer({
    cert: certificate,
    key: privateKey,
    ca,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    noDelay: true,
    handshakeTimeout: 10_000,
  });
  server.on('connection', track);
  server.on('secureConnection', (socket) => {
    track(socket);
    onSecure(socket, certificateIdOf(socket.getPeerCertificate().raw));
  });
  server.on('tlsClientError', (error, socket) => {
    refused(`MQTTS connection refused: ${reasonOf(error)}.`);
    socket.destroy();
  });
  return server;
};

const reasons: Readonly<Record<string, string>> = {
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: 'the client showed no certificate',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the client’s certificate is not signed by the twin’s CA',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the client’s certificate is not signed by the twin’s CA',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the client’s certificate is not signed by the twin’s CA',
  SELF_SIGNED_CERT_IN_CHAIN: 'the client’s certificate is not signed by the twin’s CA',
  CERT_SIGNATURE_FAILURE: 'the client’s certificate is not signed by the twin’s CA of this start',
  CERT_HAS_EXPIRED: 'the client’s certificate has expired',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'the client does not know the twin’s CA',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the client does not speak TLS',
  ERR_SSL_HTTP_REQUEST: 'the client does not speak TLS',
  ECONNRESET: 'the client went away during the handshake',
};

const reasonOf = (error: Error & { code?: unknown }): string =>
  (typeof error.code === 'string' ? reasons[error.code] : undefined) ?? error.message;

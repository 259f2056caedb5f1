import type { IncomingMessage } from 'node:http';

const loopback = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/**
 * Whether a web page may be behind a request to one of AWS's own services: it has an Origin, or a Host that is not this
 * machine (DNS rebinding). SDKs send neither, and the twin checks no signatures, so a page must not get in.
 */
export const isFromWebPage = ({ headers }: IncomingMessage): boolean =>
  headers.origin !== undefined || !loopback.test(headers.host ?? '');

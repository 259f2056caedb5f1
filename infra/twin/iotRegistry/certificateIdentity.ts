import type { Buffer } from 'node:buffer';
import { createHash, X509Certificate } from 'node:crypto';

/** What AWS IoT calls a certificate: the SHA-256 of its DER, 64 lower-case hexadecimal digits. */
export const certificateIdOf = (der: Uint8Array): string => createHash('sha256').update(der).digest('hex');

export const derOf = (pem: string): Buffer => new X509Certificate(pem).raw;

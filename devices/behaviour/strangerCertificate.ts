import { webcrypto } from 'node:crypto';

import type { DeviceLogin } from '../transport.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;

/** Only now: it takes 0.2 s to load. */
const loadX509 = async () => {
  await import('reflect-metadata');
  return import('@peculiar/x509');
};

/** A certificate that its own device has signed, and nobody else: well made, and known to no broker. */
export const strangerCertificate = async (): Promise<NonNullable<DeviceLogin['certificate']>> => {
  const { PemConverter, X509CertificateGenerator } = await loadX509();
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Stranger',
    notBefore: new Date(Date.now() - dayMs),
    notAfter: new Date(Date.now() + 365 * dayMs),
    signingAlgorithm: algorithm,
    keys,
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { cert: certificate.toString('pem'), key: PemConverter.encode(key, 'PRIVATE KEY') };
};

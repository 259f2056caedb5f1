import 'reflect-metadata';
import { Buffer } from 'node:buffer';
import { createPrivateKey, createPublicKey, webcrypto } from 'node:crypto';
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const { subtle } = webcrypto;

/** A new private key, of the curve P-256, PEM. It never leaves this machine. */
export const newPrivateKey = async (): Promise<string> => {
  const { privateKey } = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const pkcs8 = Buffer.from(await subtle.exportKey('pkcs8', privateKey));
  // SEC 1 (BEGIN EC PRIVATE KEY), which every TLS library of devices reads.
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'sec1' })
    .toString();
};

/**
 * A certificate signing request (PKCS #10, PEM) for a key of {@link newPrivateKey}, with the name as its subject. Throws for
 * any other key.
 */
export const signingRequest = async (privateKeyPem: string, name: string): Promise<string> => {
  const key = createPrivateKey(privateKeyPem);
  const pkcs8 = key.export({ format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const request = await Pkcs10CertificateRequestGenerator.create({
    // As a list, so that no character of the name has a meaning.
    name: [{ CN: [name] }],
    keys: {
      privateKey: await subtle.importKey('pkcs8', pkcs8, algorithm, true, ['sign']),
      publicKey: await subtle.importKey('spki', spki, algorithm, true, ['verify']),
    },
    signingAlgorithm: algorithm,
  });
  return `${request.toString('pem')}\n`;
};

import 'reflect-metadata';

import { createPrivateKey, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

import type { DeviceLogin } from '../transport.ts';

export type Pair = NonNullable<DeviceLogin['certificate']>;

/** A CA for a test; all texts are PEM. */
export type TestCa = {
  readonly ca: string;
  /** For 127.0.0.1 and localhost. */
  readonly server: () => Promise<Pair>;
  /** For a client, with `name` as its common name. */
  readonly client: (name: string) => Promise<Pair>;
};

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const hourMs = 3_600_000;

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

const pemOf = async (key: webcrypto.CryptoKey): Promise<string> => {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  return String(
    createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' }),
  );
};

const validity = () => ({
  notBefore: new Date(Date.now() - hourMs),
  notAfter: new Date(Date.now() + hourMs),
});

const serverNames = () =>
  new SubjectAlternativeNameExtension([
    { type: 'dns', value: 'localhost' },
    { type: 'ip', value: '127.0.0.1' },
  ]);

/** Makes a CA that nobody trusts but who is given its certificate. */
export const testCa = async (): Promise<TestCa> => {
  const keys = await newKeys();
  const root = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Test CA',
    ...validity(),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
    ],
  });
  const issue = async (name: string, isServer: boolean): Promise<Pair> => {
    const { publicKey, privateKey } = await newKeys();
    const certificate = await X509CertificateGenerator.create({
      subject: `CN=${name}`,
      issuer: root.subject,
      ...validity(),
      signingAlgorithm: algorithm,
      publicKey,
      signingKey: keys.privateKey,
      extensions: isServer ? [serverNames()] : [],
    });
    return { cert: certificate.toString('pem'), key: await pemOf(privateKey) };
  };
  return {
    ca: root.toString('pem'),
    server: () => issue('localhost', true),
    client: (name) => issue(name, false),
  };
};

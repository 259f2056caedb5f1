import 'reflect-metadata';
import { Buffer } from 'node:buffer';
import { createPrivateKey, createPublicKey, generateKeyPair, randomBytes, webcrypto } from 'node:crypto';
import { promisify } from 'node:util';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  PublicKey,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
  type X509CertificateCreateParams,
} from '@peculiar/x509';

/** A CA as it is kept, PEM: a certificate and its PKCS #8 key. */
export type KeptAuthority = { readonly certificate: string; readonly privateKey: string };

export type KeysAndCertificate = {
  readonly certificate: string;
  readonly privateKey: string;
  readonly publicKey: string;
};

/** Signs what the twin's MQTTS port shows and what its devices show there. All texts are PEM. */
export type CertificateAuthority = {
  readonly certificate: string;
  /** A certificate for a server under these DNS names and addresses. */
  serverCertificate: (names: readonly string[]) => Promise<Omit<KeysAndCertificate, 'publicKey'>>;
  /** Undefined when that is no certificate signing request with a valid signature and a key that AWS IoT takes. */
  signRequest: (request: string) => Promise<string | undefined>;
  /** An RSA key of 2048 bits and a certificate of it, as AWS makes them. */
  keysAndCertificate: () => Promise<KeysAndCertificate>;
};

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;
const makeKeys = promisify(generateKeyPair);

// TLS holds certificates against the wall clock, whatever the twin's own shows; a day's grace for clocks that differ.
const validFrom = (): Date => new Date(Date.now() - dayMs);
const authorityUntil = (): Date => new Date(Date.now() + 3_650 * dayMs);
/** When certificates that AWS signs end (AWS IoT developer guide, "Create AWS IoT client certificates"). */
const devicesUntil = new Date('2049-12-31T23:59:59Z');

/** A positive number of 16 bytes, as RFC 5280 section 4.1.2.2 wants it. */
const serialNumber = (): string => {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
};

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

const pemOfKey = async (key: webcrypto.CryptoKey): Promise<string> => {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString();
};

const keyOfPem = (pem: string): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey(
    'pkcs8',
    createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' }),
    algorithm,
    true,
    ['sign'],
  );

/** Makes a CA of its own, that nobody else trusts: for ten years. */
export const makeAuthority = async (): Promise<KeptAuthority> => {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=Twin CA, O=Twin',
    notBefore: validFrom(),
    notAfter: authorityUntil(),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, privateKey: await pemOfKey(keys.privateKey) };
};

/** AWS IoT takes RSA keys of at least 2048 bits and the curves P-256, P-384 and P-521 (API reference, CreateCertificateFromCsr). */
const isStrong = ({ rawData }: PublicKey): boolean => {
  const key = createPublicKey({ key: Buffer.from(rawData), format: 'der', type: 'spki' });
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  return modulusLength >= 2048 || ['prime256v1', 'secp384r1', 'secp521r1'].includes(namedCurve);
};

const readRequest = async (pem: string): Promise<Pkcs10CertificateRequest | undefined> => {
  try {
    const request = new Pkcs10CertificateRequest(pem);
    return isStrong(request.publicKey) && (await request.verify()) ? request : undefined;
  } catch {
    return undefined; // No PEM, no ASN.1, or an algorithm that Node has not.
  }
};

/** A CA from what was kept of it. */
export const openAuthority = async (kept: KeptAuthority): Promise<CertificateAuthority> => {
  const signingKey = await keyOfPem(kept.privateKey);
  const issuer = new X509Certificate(kept.certificate).subject;
  const sign = async (
    params: Pick<X509CertificateCreateParams, 'subject' | 'publicKey' | 'extensions' | 'notAfter'>,
  ): Promise<string> => {
    const certificate = await X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      notBefore: validFrom(),
      issuer,
      signingKey,
      signingAlgorithm: algorithm,
      ...params,
    });
    return `${certificate.toString('pem')}\n`;
  };
  const signDevice = (subject: string, publicKey: PublicKey): Promise<string> =>
    sign({
      subject,
      publicKey,
      notAfter: devicesUntil,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      ],
    });

  return {
    certificate: kept.certificate,
    serverCertificate: async (names) => {
      const keys = await newKeys();
      const isAddress = (name: string): boolean => /^[\d.]+$|:/.test(name);
      const certificate = await sign({
        subject: `CN=${names[0] ?? 'twin'}`,
        publicKey: keys.publicKey,
        notAfter: authorityUntil(),
        extensions: [
          new SubjectAlternativeNameExtension(
            names.map((value) => ({ type: isAddress(value) ? 'ip' : 'dns', value })),
          ),
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        ],
      });
      return { certificate, privateKey: await pemOfKey(keys.privateKey) };
    },
    signRequest: async (pem) => {
      const request = await readRequest(pem);
      return request && (await signDevice(request.subject || 'CN=Twin IoT Certificate', request.publicKey));
    },
    keysAndCertificate: async () => {
      const { privateKey, publicKey } = await makeKeys('rsa', { modulusLength: 2048 });
      const spki = new PublicKey(publicKey.export({ format: 'der', type: 'spki' }));
      return {
        certificate: await signDevice('CN=Twin IoT Certificate', spki),
        privateKey: privateKey.export({ format: 'pem', type: 'pkcs1' }).toString(),
        publicKey: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
      };
    },
  };
};

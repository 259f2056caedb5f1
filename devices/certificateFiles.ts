import { X509Certificate, createPrivateKey } from 'node:crypto';

import { DevicesError } from './devicesError.ts';
import { fileTrouble } from './fileTrouble.ts';
import { readBounded } from './readBounded.ts';
import type { DeviceLogin } from './transport.ts';

const bad = (file: string, what: string): DevicesError => new DevicesError('bad_file', `${file}: ${what}.`);

/** No PEM file of a device comes near it; a wrong file should not fill the memory. */
const maxBytes = 1024 * 1024;

const read = async (file: string): Promise<string> => {
  const text = await readBounded(file, maxBytes).catch((error: unknown) => {
    throw bad(file, `${fileTrouble(error)}; give the path of a PEM file`);
  });
  if (text === undefined) throw bad(file, 'too large for a PEM file; give another');
  return text;
};

const parsed = <T>(file: string, parse: () => T, what: string): T => {
  try {
    return parse();
  } catch {
    throw bad(file, what);
  }
};

const notCertificate = 'not a certificate in PEM format (-----BEGIN CERTIFICATE-----)';

/** Reads certificates of who may have signed the broker's. Throws DevicesError `bad_file`. */
export const readCa = async (file: string): Promise<string> => {
  const text = await read(file);
  parsed(file, () => new X509Certificate(text), notCertificate);
  return text;
};

/**
 * Reads a device's certificate and private key, and sees that they belong together. Throws DevicesError `bad_file`, with
 * a sentence that names the file.
 */
export const readCertificate = async (
  certFile: string,
  keyFile: string,
): Promise<NonNullable<DeviceLogin['certificate']>> => {
  const [cert, key] = await Promise.all([read(certFile), read(keyFile)]);
  const x509 = parsed(certFile, () => new X509Certificate(cert), notCertificate);
  const privateKey = parsed(
    keyFile,
    () => createPrivateKey(key),
    'not a private key in PEM format without a passphrase (-----BEGIN PRIVATE KEY-----)',
  );
  if (!x509.checkPrivateKey(privateKey)) {
    throw bad(
      keyFile,
      `this key does not belong to the certificate ${certFile}; give the pair that was made together`,
    );
  }
  return { cert, key };
};

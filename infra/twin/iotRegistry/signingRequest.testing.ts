import 'reflect-metadata';
import { generateKeyPairSync, webcrypto, type KeyObject } from 'node:crypto';
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509';

type Pair = { readonly privateKey: KeyObject; readonly publicKey: KeyObject };

/** A new key of the curve P-256. */
export const newPair = (): Pair => generateKeyPairSync('ec', { namedCurve: 'P-256' });

export const pemOf = ({ privateKey }: Pair): string =>
  privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

/** A certificate signing request for a name, PEM. */
export const signingRequest = async (name: string, pair: Pair = newPair()): Promise<string> => {
  const algorithm =
    pair.privateKey.asymmetricKeyType === 'rsa'
      ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
      : { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const { subtle } = webcrypto;
  const pkcs8 = pair.privateKey.export({ format: 'der', type: 'pkcs8' });
  const spki = pair.publicKey.export({ format: 'der', type: 'spki' });
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: `CN=${name}`,
    keys: {
      privateKey: await subtle.importKey('pkcs8', pkcs8, algorithm, true, ['sign']),
      publicKey: await subtle.importKey('spki', spki, algorithm, true, ['verify']),
    },
    signingAlgorithm: algorithm,
  });
  return request.toString('pem');
};

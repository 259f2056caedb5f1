import { X509Certificate, createHash, createPrivateKey } from 'node:crypto';

/** What AWS IoT calls a certificate: the SHA-256 of its DER. */
export const certificateIdOf = (pem: string): string =>
  createHash('sha256').update(new X509Certificate(pem).raw).digest('hex');

/** Whether a certificate (PEM) is for this private key (PEM); false for what is neither. */
export const belongTogether = (certificate: string, privateKey: string): boolean => {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey));
  } catch {
    return false;
  }
};

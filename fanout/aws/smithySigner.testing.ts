import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Credentials, Unsigned } from './signer.ts';

type Content = string | ArrayBuffer | ArrayBufferView;
const bytesOf = (content: Content): Uint8Array | string => {
  if (typeof content === 'string') return content;
  return ArrayBuffer.isView(content)
    ? new Uint8Array(content.buffer, content.byteOffset, content.byteLength)
    : new Uint8Array(content);
};

/** SHA-256, or its HMAC where there is a secret, in the shape that the SDK's signer wants it. */
class Sha256 {
  readonly #hash;
  constructor(secret?: Content) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }
  update(content: Content): void {
    this.#hash.update(bytesOf(content));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

/**
 * The same as `signer`, by the SDK's own. `at`: epoch ms. `given`: the headers that are there before it is signed, where they are
 * others than `signer` has.
 */
export const smithySigner = (region: string, credentials: () => Credentials, service = 'execute-api') => {
  const provider = async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = credentials();
    return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
  };
  const signature = new SignatureV4({
    service,
    region,
    credentials: provider,
    sha256: Sha256,
  });

  return async (
    { method, host, path, contentType, target, body }: Unsigned,
    at: number,
    given: Record<string, string> = {
      host,
      'content-type': contentType,
      ...(target === undefined ? {} : { 'x-amz-target': target }),
    },
  ): Promise<Record<string, string>> => {
    const { headers } = await signature.sign(
      {
        method,
        protocol: 'https:',
        hostname: host,
        path,
        headers: given,
        body,
      },
      { signingDate: new Date(at) },
    );
    return headers;
  };
};

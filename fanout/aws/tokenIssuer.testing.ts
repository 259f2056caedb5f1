import { createHmac, generateKeyPairSync, sign, type KeyObject, type SignKeyObjectInput } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type KeyPair = { privateKey: KeyObject; publicKey: KeyObject };

/** Signs `header.payload`. */
export type Signer = (input: string) => Buffer;

export const rsa = (digest: string, key: KeyObject, over: Partial<SignKeyObjectInput> = {}): Signer => {
  return (input) => sign(digest, Buffer.from(input), { key, ...over });
};
export const hmac = (digest: string, secret: string | Buffer): Signer => {
  return (input) => createHmac(digest, secret).update(input).digest();
};

export const base64url = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** A JWS of the two texts as they are, so that they may be anything. */
export const compact = (header: string, payload: string | Uint8Array, signer: Signer): string => {
  const input = `${base64url(header)}.${base64url(payload)}`;
  return `${input}.${base64url(signer(input))}`;
};

type Fields = Record<string, unknown>;

/** What a forger works with: the issuer, its key where the flaw is elsewhere, and keys of the forger's own. */
export type Forge = {
  readonly issuer: string;
  readonly audience: string;
  readonly kid: string;
  /** Now, in seconds since 1970. */
  readonly second: number;
  readonly right: KeyPair;
  readonly own: KeyPair;
  /** A server of the forger's, which serves the forger's own key under the right kid. */
  readonly trap: string;
  readonly header: (over?: Fields) => Fields;
  readonly claims: (over?: Fields) => Fields;
  /** With the right key and RS256 unless another signer is given. */
  readonly signed: (header?: Fields, claims?: Fields, signer?: Signer) => string;
};

const jwk = ({ publicKey }: KeyPair, kid: string) => ({
  ...publicKey.export({ format: 'jwk' }),
  kid,
  alg: 'RS256',
  use: 'sig',
});

const serve = async (keys: () => unknown[]) => {
  const requested: string[] = [];
  const server = createServer((request, response) => {
    requested.push(request.url ?? '');
    response.end(JSON.stringify({ keys: keys() }));
  });
  server.keepAliveTimeout = 0; // Never: a connection that ends as it is used again would fail a test.
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // It listens on TCP.
  const closed = once(server, 'close');
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${port}`, requested, close };
};

export const newKeys = (): KeyPair => generateKeyPairSync('rsa', { modulusLength: 2048 });

export type TestIssuer = Forge & {
  /** The paths of which the issuer, and the forger's server, were asked. */
  readonly requested: readonly string[];
  readonly trapped: readonly string[];
  /** From now on the issuer publishes this key too, or only it. */
  readonly rotate: (keys: KeyPair, kid: string, how?: { alone: boolean }) => void;
  readonly close: () => Promise<void>;
};

/** An issuer on a free port, and a forger beside it. Times stand still at `second`. */
export const startTestIssuer = async (
  second = Math.floor(Date.now() / 1000),
  [right, own] = [newKeys(), newKeys()],
): Promise<TestIssuer> => {
  const kid = 'key-1';
  const audience = 'fieldcast';
  let published = [jwk(right, kid)];
  const real = await serve(() => published);
  const trap = await serve(() => [jwk(own, kid)]);
  const header = (over: Fields = {}) => ({ alg: 'RS256', kid, typ: 'JWT', ...over });
  const claims = (over: Fields = {}) => ({
    iss: real.url,
    aud: audience,
    sub: 'ada',
    'cognito:groups': ['region:eu-west'],
    token_use: 'id',
    iat: second,
    exp: second + 3_600,
    note: '??>>~~', // Of these base64 makes "/" and "+", base64url "_" and "-".
    ...over,
  });
  const rightSigner = rsa('sha256', right.privateKey);
  return {
    ...{ issuer: real.url, audience, kid, second, right, own, trap: trap.url, header, claims },
    requested: real.requested,
    trapped: trap.requested,
    signed: (head = header(), body = claims(), signer = rightSigner) =>
      compact(JSON.stringify(head), JSON.stringify(body), signer),
    rotate: (keys, id, { alone } = { alone: false }) => {
      published = alone ? [jwk(keys, id)] : [...published, jwk(keys, id)];
    },
    close: async () => {
      await Promise.all([real.close(), trap.close()]);
    },
  };
};

import { constants, generateKeyPairSync, privateEncrypt, sign } from 'node:crypto';
import type { Forgery } from './forgedTokens.testing.ts';
import { base64url, hmac, rsa, type Forge } from './tokenIssuer.testing.ts';

const part = (value: unknown): string => base64url(JSON.stringify(value));

/** Every way to say "not signed". */
const unsigned = [
  'none',
  'None',
  'NONE',
  'nOnE',
  'NonE',
  'none ',
  ' none',
  'none\u0000',
  'n\u043ene',
  'none,RS256',
  '',
  null,
  0,
  false,
  ['none'],
  { alg: 'none' },
] as const;

const noneForgeries = Object.fromEntries(
  unsigned.flatMap((alg): [string, Forgery][] => {
    const name = `alg ${JSON.stringify(alg)}`;
    const input = ({ header, claims }: Forge) => `${part(header({ alg }))}.${part(claims())}`;
    return [
      [`${name}, empty signature`, (forge) => `${input(forge)}.`],
      [`${name}, a signature that is good elsewhere`, (forge) => `${input(forge)}.${signatureOf(forge)}`],
    ];
  }),
);

const signatureOf = ({ signed }: Forge): string => signed().split('.')[2] ?? '';

/** What an implementation may take for the HMAC secret when a public key is all it has. */
const secrets: Record<string, (forge: Forge) => string | Buffer> = {
  'public key as PEM': ({ right }) => right.publicKey.export({ type: 'spki', format: 'pem' }),
  'public key as PEM without its last line end': ({ right }) =>
    String(right.publicKey.export({ type: 'spki', format: 'pem' })).trimEnd(),
  'public key as DER': ({ right }) => right.publicKey.export({ type: 'spki', format: 'der' }),
  'public key as PKCS #1 PEM': ({ right }) => right.publicKey.export({ type: 'pkcs1', format: 'pem' }),
  'public key as PKCS #1 DER': ({ right }) => right.publicKey.export({ type: 'pkcs1', format: 'der' }),
  'public key as JWK': ({ right }) => JSON.stringify(right.publicKey.export({ format: 'jwk' })),
  modulus: ({ right }) => Buffer.from(modulusOf(right.publicKey.export({ format: 'jwk' })), 'base64url'),
  'modulus as base64url': ({ right }) => modulusOf(right.publicKey.export({ format: 'jwk' })),
  kid: ({ kid }) => kid,
  'empty secret': () => '',
};

const modulusOf = ({ n }: { n?: string | undefined }): string => n ?? '';

const hmacForgeries = Object.fromEntries(
  (['256', '384', '512'] as const).flatMap((bits) =>
    Object.entries(secrets).map(([name, secret]): [string, Forgery] => [
      `HS${bits} with the ${name}`,
      (forge) =>
        forge.signed(forge.header({ alg: `HS${bits}` }), forge.claims(), hmac(`sha${bits}`, secret(forge))),
    ]),
  ),
);

const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };

/** The right key, but not the one algorithm. */
const withRightKey = (alg: string, digest: string, over = {}): Forgery => {
  return ({ signed, header, claims, right }) =>
    signed(header({ alg }), claims(), rsa(digest, right.privateKey, over));
};

const curves = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521', ES256K: 'secp256k1' };

const ellipticForgeries = Object.fromEntries(
  Object.entries(curves).map(([alg, namedCurve]): [string, Forgery] => [
    `${alg} of the forger's key`,
    ({ signed, header, claims }) => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve });
      const digest = `sha${/\d+/.exec(alg)?.[0] ?? ''}`;
      return signed(header({ alg }), claims(), rsa(digest, privateKey, { dsaEncoding: 'ieee-p1363' }));
    },
  ]),
);

const withSignature =
  (bytes: (forge: Forge) => Uint8Array, alg = 'RS256'): Forgery =>
  (forge) =>
    forge.signed(forge.header({ alg }), forge.claims(), () => Buffer.from(bytes(forge)));

export const algorithmForgeries: Record<string, Forgery> = {
  ...noneForgeries,
  ...hmacForgeries,
  ...ellipticForgeries,
  'no alg': ({ signed, header, claims }) => signed(header({ alg: undefined }), claims()),
  'RS256 in an array': ({ signed, header, claims }) => signed(header({ alg: ['RS256'] }), claims()),
  'RS256 in lower case': ({ signed, header, claims }) => signed(header({ alg: 'rs256' }), claims()),
  'RS256 and a space': ({ signed, header, claims }) => signed(header({ alg: 'RS256 ' }), claims()),
  'RS384 of the right key': withRightKey('RS384', 'sha384'),
  'RS512 of the right key': withRightKey('RS512', 'sha512'),
  'PS256 of the right key': withRightKey('PS256', 'sha256', pss),
  'PS384 of the right key': withRightKey('PS384', 'sha384', pss),
  'PS512 of the right key': withRightKey('PS512', 'sha512', pss),
  'RS1 of the right key': withRightKey('RS1', 'sha1'),
  'RS256 by name, SHA-1 in fact': withRightKey('RS256', 'sha1'),
  'RS256 by name, SHA-512 in fact': withRightKey('RS256', 'sha512'),
  'RS256 by name, PSS in fact': withRightKey('RS256', 'sha256', pss),
  'RS256 by name, HMAC in fact': (forge) =>
    forge.signed(forge.header(), forge.claims(), hmac('sha256', forge.kid)),
  "EdDSA of the forger's key": ({ signed, header, claims }) => {
    const { privateKey } = generateKeyPairSync('ed25519');
    return signed(header({ alg: 'EdDSA' }), claims(), (input) => sign(null, Buffer.from(input), privateKey));
  },
  "RS256 of the forger's key": ({ signed, header, claims, own }) =>
    signed(header(), claims(), rsa('sha256', own.privateKey)),
  'ES256 signature of zeros': withSignature(() => Buffer.alloc(64), 'ES256'),
  'signature of zeros': withSignature(() => Buffer.alloc(256)),
  'signature of ones': withSignature(() => Buffer.alloc(256, 0xff)),
  'signature that is the number one': withSignature(() => Buffer.concat([Buffer.alloc(255), Buffer.of(1)])),
  'signature of one byte': withSignature(() => Buffer.of(1)),
  'signature that is the modulus': withSignature(({ right }) =>
    Buffer.from(modulusOf(right.publicKey.export({ format: 'jwk' })), 'base64url'),
  ),
  'signature without its DigestInfo': ({ signed, header, claims, right }) =>
    signed(header(), claims(), (input) => privateEncrypt(right.privateKey, Buffer.from(input.slice(0, 32)))),
};

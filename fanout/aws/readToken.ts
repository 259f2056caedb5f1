import * as z from 'zod/mini';

/** OpenID Connect Core 1.0, section 2: `sub` has at most 255 ASCII characters. It becomes part of a table key and of logs. */
const subject = /^[\x20-\x7e]{1,255}$/;
const keyId = /^[!-~]{1,256}$/;

/** Anything later was meant in milliseconds. The year is 2286. */
const lastSecond = 9_999_999_999;

/** How far an issuer's clock may be ahead of ours. */
const aheadSeconds = 5 * 60;

const seconds = z.int().check(z.nonnegative(), z.maximum(lastSecond));
const absent = z.exactOptional(z.never());

/**
 * RFC 7515, 4.1.11: who does not understand an extension named in `crit` must refuse; we understand none, so that `b64`
 * (RFC 7797) falls with it. `enc`, `zip` and `cty` belong to JWE and nested tokens. `typ` keeps tokens that were made for
 * something else out (RFC 8725, 3.11). Where a token says its key is (`jku`, `x5u`, `jwk`, `x5c`) is not looked at.
 */
const header = z.object({
  alg: z.literal('RS256'),
  kid: z.string().check(z.regex(keyId)),
  typ: z.exactOptional(z.string().check(z.regex(/^JWT$/i))),
  ...{ crit: absent, b64: absent, enc: absent, zip: absent, cty: absent },
});

const claimsFor = ({ issuer, audience }: { issuer: string; audience: string }) =>
  z.object({
    iss: z.literal(issuer),
    /** OpenID Connect Core 1.0, 3.1.3.7: not one for other audiences too, who could play it back to us. */
    aud: z.union([z.literal(audience), z.tuple([z.literal(audience)])]),
    sub: z.string().check(z.regex(subject)),
    exp: seconds,
    nbf: z.exactOptional(seconds),
    iat: z.exactOptional(seconds),
    /** Cognito's own: an access token is not for us, even where it names an audience. */
    token_use: z.exactOptional(z.literal('id')),
    'cognito:groups': z.exactOptional(z.array(z.string())),
  });
export type Claims = z.infer<ReturnType<typeof claimsFor>>;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Undefined for base64url that is not canonical: unused bits set, padding, another alphabet (RFC 4648, 3.5). */
const bytesOf = (part: string): Buffer | undefined => {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : undefined;
};

/** Whether the object at the top says one name twice, which two readers may understand in two ways. */
const saysTwice = (json: string): boolean => {
  const names = new Set<unknown>();
  let depth = 0;
  let count = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (depth === 1 && token.endsWith(':')) {
      names.add(JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)));
      count += 1;
    }
  }
  return names.size < count;
};

const objectIn = (part: string | undefined): unknown => {
  const bytes = part === undefined ? undefined : bytesOf(part);
  if (bytes === undefined) return undefined;
  try {
    const text = utf8.decode(bytes);
    const value: unknown = JSON.parse(text);
    return saysTwice(text) ? undefined : value;
  } catch {
    return undefined; // Not UTF-8 or not JSON.
  }
};

const isTimely = ({ exp, nbf = 0, iat = 0 }: Claims, now: number): boolean =>
  now < exp * 1000 && nbf * 1000 <= now && iat * 1000 <= now + aheadSeconds * 1000;

/**
 * Reads a JWT strictly and checks everything but its signature: form, algorithm, `typ`, `iss`, `aud`, `sub`, `exp`
 * (RFC 7519, 4.1.4: at `exp` itself it is over), `nbf`, `iat`. Undefined if anything is wrong. So a token that could not
 * pass anyway neither costs a signature nor has the issuer asked for its key. `now` is epoch ms.
 */
export const tokenReader = (issuer: { issuer: string; audience: string }) => {
  const claims = claimsFor(issuer);
  return (token: string, now: number): Claims | undefined => {
    const [first, second, signature, ...rest] = token.split('.');
    if (signature === undefined || signature === '' || rest.length > 0) return undefined;
    if (bytesOf(signature) === undefined || !header.safeParse(objectIn(first)).success) return undefined;
    const read = claims.safeParse(objectIn(second));
    return read.success && isTimely(read.data, now) ? read.data : undefined;
  };
};

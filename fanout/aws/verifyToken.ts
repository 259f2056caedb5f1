import { JwtVerifier } from 'aws-jwt-verify';
import { FetchError, JwtBaseError } from 'aws-jwt-verify/error';
import { SimpleFetcher, type Fetcher } from 'aws-jwt-verify/https';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import type { JwtPayload } from 'aws-jwt-verify/jwt-model';
import type { Identity, VerifyToken } from '../admission.ts';

export type Issuer = {
  /** The only `iss` that is accepted, e.g. `https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf`. */
  issuer: string;
  /** The only `aud` that is accepted. */
  audience: string;
};

/** The one algorithm accepted: Cognito's. Never read from the token. */
const algorithm = 'RS256';

/** Cognito's claim for the groups of a user. Groups are named as grants are. */
const grantsClaim = 'cognito:groups';

/** Above this no token is looked at: API Gateway takes 10 KB of headers in all. */
const maxTokenCharacters = 8 * 1024;

/** The library speaks HTTPS only; an issuer on this machine may speak HTTP. */
const loopbackFetcher: Fetcher = {
  fetch: async (uri) => {
    const response = await fetch(uri, { redirect: 'error', signal: AbortSignal.timeout(3_000) });
    if (!response.ok) throw new FetchError(uri, `status ${response.status}`);
    return response.arrayBuffer();
  },
};

const isLoopback = (uri: string): boolean => {
  const { protocol, hostname } = new URL(uri);
  return protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
};

const identityIn = ({ sub, exp, [grantsClaim]: groups }: JwtPayload): Identity | undefined => {
  if (typeof sub !== 'string' || sub === '' || typeof exp !== 'number') return undefined;
  const grants = Array.isArray(groups)
    ? groups.filter((group): group is string => typeof group === 'string')
    : [];
  return { principal: sub, grants, expiresAt: exp * 1000 };
};

/**
 * Verifies JWTs of one issuer: signature, `iss`, `aud`, `exp`, `nbf`, algorithm. Keys come from the issuer's own
 * JWKS address and nowhere else: `jku`, `x5u` and `jwk` in a token are not looked at.
 */
export const tokenVerifier = ({ issuer, audience }: Issuer): VerifyToken => {
  const jwksUri = `${issuer}/.well-known/jwks.json`;
  const fetcher = isLoopback(jwksUri) ? loopbackFetcher : new SimpleFetcher();
  const verifier = JwtVerifier.create(
    {
      issuer,
      audience,
      jwksUri,
    },
    { jwksCache: new SimpleJwksCache({ fetcher }) },
  );

  return async (token) => {
    if (token.length > maxTokenCharacters) return undefined;
    try {
      if (decomposeUnverifiedJwt(token).header.alg !== algorithm) return undefined;
      return identityIn(await verifier.verify(token));
    } catch (error) {
      if (error instanceof FetchError || !(error instanceof JwtBaseError)) throw error;
      return undefined;
    }
  };
};

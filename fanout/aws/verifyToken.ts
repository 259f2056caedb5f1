import { JwtVerifier } from 'aws-jwt-verify';
import {
  FetchError,
  JwkValidationError,
  JwksValidationError,
  JwtBaseError,
  WaitPeriodNotYetEndedJwkError,
} from 'aws-jwt-verify/error';
import { SimpleFetcher, type Fetcher } from 'aws-jwt-verify/https';
import { SimpleJwksCache, type PenaltyBox } from 'aws-jwt-verify/jwk';
import type { VerifyToken } from '../admission.ts';
import { tokenReader } from './readToken.ts';

export type Issuer = {
  /** The only `iss` that is accepted, e.g. `https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf`. */
  issuer: string;
  /** The only `aud` that is accepted. */
  audience: string;
  /** Epoch ms. */
  now?: () => number;
};

/** Above this no token is looked at: API Gateway takes 10 KB of headers in all. */
const maxTokenCharacters = 8 * 1024;

/** After a token named a key that the issuer does not have, the issuer is not asked for other unknown keys for so long. */
export const unknownKeyWaitMs = 10_000;

/** A key that the issuer has withdrawn is good for no longer than this. */
export const keysMaxAgeMs = 60 * 60_000;
const keysRetryMs = 60_000;

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

/** The library's own keeps wall-clock timers; this one asks the time. */
const penaltyBox = (now: () => number): PenaltyBox => {
  let failedAt = -Infinity;
  return {
    wait: async () => {
      if (now() < failedAt + unknownKeyWaitMs) throw new WaitPeriodNotYetEndedJwkError('asked too recently');
    },
    registerFailedAttempt: () => (failedAt = now()),
    registerSuccessfulAttempt: () => undefined,
  };
};

/** The library keeps keys for ever; so it is replaced from time to time, once the issuer has answered. */
const verifierWithFreshKeys = ({ issuer, audience, now = Date.now }: Issuer) => {
  const jwksUri = `${issuer}/.well-known/jwks.json`;
  const fetcher = isLoopback(jwksUri) ? loopbackFetcher : new SimpleFetcher();
  const box = penaltyBox(now);
  const create = () =>
    JwtVerifier.create(
      { issuer, audience, jwksUri },
      { jwksCache: new SimpleJwksCache({ fetcher, penaltyBox: box }) },
    );
  let verifier = create();
  let refreshAt = now() + keysMaxAgeMs;
  return async () => {
    if (now() < refreshAt) return verifier;
    refreshAt = now() + keysRetryMs;
    const next = create();
    const isAway = await next.hydrate().then(
      () => false,
      () => true,
    );
    if (isAway) return verifier; // What is known is better than letting nobody in.
    refreshAt = now() + keysMaxAgeMs;
    return (verifier = next);
  };
};

/**
 * The issuer's fault or nobody's. An unknown key just after another may be one that the issuer has only now: to refuse its
 * token would send somebody away who may come in.
 */
const outages = [FetchError, JwksValidationError, JwkValidationError, WaitPeriodNotYetEndedJwkError];

/**
 * Verifies JWTs of one issuer: what {@link tokenReader} checks, and the signature. Keys come from the issuer's own
 * JWKS address and nowhere else: `jku`, `x5u` and `jwk` in a token are not looked at. A key that is not known has the JWKS
 * read again, at most every {@link unknownKeyWaitMs}; in between such a token is an outage: not refused, not let in.
 */
export const tokenVerifier = (options: Issuer): VerifyToken => {
  const { now = Date.now } = options;
  const read = tokenReader(options);
  const verifierNow = verifierWithFreshKeys(options);

  return async (token) => {
    const claims = token.length > maxTokenCharacters ? undefined : read(token, now());
    if (claims === undefined) return undefined;
    try {
      await (await verifierNow()).verify(token);
    } catch (error) {
      if (!(error instanceof JwtBaseError) || outages.some((outage) => error instanceof outage)) throw error;
      return undefined;
    }
    const { sub, exp, 'cognito:groups': grants = [] } = claims;
    return { principal: sub, grants, expiresAt: exp * 1000 };
  };
};

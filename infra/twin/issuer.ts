import Fastify from 'fastify';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { scaledClock, type Clock } from './clock.ts';
import { portTaken } from './listen.ts';
import { TwinError } from './twinError.ts';

export type TokenRequest = {
  /** The `sub` of the token. */
  subject: string;
  /** What Cognito would put into `cognito:groups`. */
  groups: string[];
  /** How long it is good for, e.g. `90s`, `15m`, `1h`, `7d`. */
  expiresIn: string;
};

export type RunningIssuer = {
  /** The `iss` of its tokens; its keys are at `{issuer}/.well-known/jwks.json`. */
  issuer: string;
  sign: (request: TokenRequest) => Promise<string>;
  close: () => Promise<void>;
};

const algorithm = 'RS256'; // Cognito's.

const tokenRequest = {
  type: 'object',
  additionalProperties: false,
  required: ['subject', 'groups', 'expiresIn'],
  properties: {
    subject: { type: 'string', minLength: 1, maxLength: 128 },
    groups: { type: 'array', maxItems: 1000, items: { type: 'string', minLength: 1, maxLength: 128 } },
    expiresIn: { type: 'string', pattern: '^[1-9][0-9]{0,5}[smhd]$' },
  },
} as const;

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

const secondsOf = (duration: string): number => {
  const [, count, unit = ''] = /^([1-9]\d{0,5})([smhd])$/.exec(duration) ?? [];
  const seconds = Number(count) * (unitSeconds[unit] ?? NaN);
  if (seconds > 0) return seconds;
  throw new TwinError(
    'bad_duration',
    `"${duration}" is no lifetime of a token; write e.g. 90s, 15m, 1h or 7d.`,
  );
};

/**
 * Stands in for a Cognito user pool: signs tokens with a key made at start and publishes the public half. It gives a
 * token to anybody on this machine who asks, so it refuses what a web page could send it: a foreign Host (DNS
 * rebinding) and anything with an Origin.
 */
export const startIssuer = async (at: {
  host: string;
  /** Not 0: the address is part of every token. */
  port: number;
  audience: string;
  /** What `iat` and `exp` are on; by default the wall clock. */
  clock?: Clock;
}): Promise<RunningIssuer> => {
  const { privateKey, publicKey } = await generateKeyPair(algorithm);
  const key = { ...(await exportJWK(publicKey)), kid: 'twin-1', alg: algorithm, use: 'sig' };
  const server = Fastify({
    forceCloseConnections: true,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  });
  const authority = `${at.host}:${at.port}`;
  const issuer = `http://${authority}`;
  const { now } = at.clock ?? scaledClock();

  const sign = async ({ subject, groups, expiresIn }: TokenRequest): Promise<string> => {
    const issuedAt = Math.floor(now() / 1000);
    return new SignJWT({ 'cognito:groups': groups, token_use: 'id' })
      .setProtectedHeader({ alg: algorithm, kid: key.kid, typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(at.audience)
      .setSubject(subject)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + secondsOf(expiresIn))
      .sign(privateKey);
  };

  server.get('/.well-known/jwks.json', () => ({ keys: [key] }));
  server.addHook('onRequest', async ({ headers: { host, origin } }, reply) => {
    if (host !== authority || origin !== undefined)
      await reply.code(403).send({ error: 'not for web pages' });
  });
  server.post<{ Body: TokenRequest }>('/token', { schema: { body: tokenRequest } }, async ({ body }) => ({
    token: await sign(body),
  }));
  try {
    await server.listen({ host: at.host, port: at.port });
  } catch (error) {
    throw portTaken(error, { ...at, name: 'the token issuer' });
  }
  return { issuer, sign, close: () => server.close() };
};

import Fastify from 'fastify';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { scaledClock, type Clock } from '../clock.ts';
import { portTaken } from '../listen.ts';
import { TwinError } from '../twinError.ts';
import type { Claims } from './preToken.ts';

export type TokenRequest = {
  /** The `sub` of the token. */
  subject: string;
  /** What Cognito would put into `cognito:groups`. */
  groups: string[];
  /** How long it is good for, e.g. `90s`, `15m`, `1h`, `7d`. */
  expiresIn: string;
  /** The client whose token it is, by its id; by default the first there is. */
  clientId?: string;
};

/** Whom tokens are for. */
export type Client = {
  /** The `aud` of its tokens. */
  readonly clientId: string;
  /** Where its pool is under the issuer's address, such as `/us-east-1_abc`; empty for the address itself. */
  readonly path: string;
  /** Changes what a token says before it is signed. */
  readonly change?: (claims: Claims, request: TokenRequest) => Promise<Claims>;
};

export type RunningIssuer = {
  /** The `iss` of tokens of the first client; the keys are at `{issuer}/.well-known/jwks.json`. */
  issuer: string;
  /** Throws TwinError `bad_duration`, `no_client`, or what {@link Client.change} throws. */
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
    clientId: { type: 'string', minLength: 1, maxLength: 128 },
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
 * Stands in for Cognito user pools: signs tokens with a key made at start and publishes the public half. It gives a
 * token to anybody on this machine who asks, so it refuses what a web page could send it: a foreign Host (DNS
 * rebinding) and anything with an Origin.
 */
export const startIssuer = async (at: {
  host: string;
  /** Not 0: the address is part of every token. */
  port: number;
  clients: readonly Client[];
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
  const issuerOf = ({ path }: { path: string }): string => `http://${authority}${path}`;
  const { now } = at.clock ?? scaledClock();

  const clientOf = ({ clientId }: TokenRequest): Client => {
    const client = at.clients.find((each) => clientId === undefined || each.clientId === clientId);
    if (client !== undefined) return client;
    const ids = at.clients.map((each) => each.clientId).join(', ') || 'none';
    throw new TwinError(
      'no_client',
      `There is no client ${clientId ?? ''} to give a token to; there is ${ids}.`,
    );
  };
  const sign = async (request: TokenRequest): Promise<string> => {
    const { subject, groups, expiresIn } = request;
    const client = clientOf(request);
    const iat = Math.floor(now() / 1000);
    const exp = iat + secondsOf(expiresIn);
    const iss = issuerOf(client);
    const claims: Claims = {
      ...{ iss, aud: client.clientId, sub: subject, iat, exp, auth_time: iat, token_use: 'id' },
      ...{ 'cognito:username': subject, 'cognito:groups': groups },
    };
    return new SignJWT({ ...((await client.change?.(claims, request)) ?? claims) })
      .setProtectedHeader({ alg: algorithm, kid: key.kid, typ: 'JWT' })
      .sign(privateKey);
  };

  for (const path of new Set(['', ...at.clients.map((client) => client.path)]))
    server.get(`${path}/.well-known/jwks.json`, () => ({ keys: [key] }));
  server.addHook('onRequest', async ({ headers: { host, origin } }, reply) => {
    if (host !== authority || origin !== undefined)
      await reply.code(403).send({ error: 'not for web pages' });
  });
  server.post<{ Body: TokenRequest }>(
    '/token',
    { schema: { body: tokenRequest } },
    async ({ body }, reply) => {
      try {
        return { token: await sign(body) };
      } catch (error) {
        if (!(error instanceof TwinError)) throw error;
        return reply.code(400).send({ error: error.message });
      }
    },
  );
  try {
    await server.listen({ host: at.host, port: at.port });
  } catch (error) {
    throw portTaken(error, { ...at, name: 'the token issuer' });
  }
  return { issuer: issuerOf(at.clients[0] ?? { path: '' }), sign, close: () => server.close() };
};

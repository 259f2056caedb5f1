import type { SignInConfig } from '../../config.ts';

export type Tokens = {
  /** What the API wants: a JWT. */
  readonly idToken: string;
  /** A server that rotates them gives a new one with each refresh. */
  readonly refreshToken?: string;
};

/** The server said no, and would say so again: what was shown to it is wrong, used or too old. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

const patienceMs = 10_000;

type Told = { id_token?: unknown; refresh_token?: unknown; error?: unknown; error_description?: unknown };

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/**
 * Asks for tokens as a client without a secret does (RFC 6749, 5). Throws a {@link Refusal}, or what `fetch` throws where nobody
 * answered.
 */
const ask = async ({ tokenUrl, clientId }: SignInConfig, what: Record<string, string>): Promise<Tokens> => {
  const response = await fetch(tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({ client_id: clientId, ...what }),
    credentials: 'omit',
    redirect: 'error',
    signal: AbortSignal.timeout(patienceMs),
  });
  const told = (await response.json().catch(() => ({}))) as Told; // Its fields are unknown.
  if (response.status === 400 || response.status === 401)
    throw new Refusal(text(told.error_description) ?? text(told.error) ?? 'No reason was given.');
  const [idToken, refreshToken] = [text(told.id_token), text(told.refresh_token)];
  if (!response.ok || idToken === undefined)
    throw new Error(`The sign-in server answered with ${response.status} and no token.`);
  return { idToken, ...(refreshToken === undefined ? {} : { refreshToken }) };
};

/** The tokens for a code (RFC 6749, 4.1.3; RFC 7636, 4.5). `redirectUri`: the one the code was asked for with. */
export const tokensForCode = (
  config: SignInConfig,
  { code, verifier, redirectUri }: { code: string; verifier: string; redirectUri: string },
): Promise<Tokens> =>
  ask(config, {
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: redirectUri,
  });

/** Newer tokens (RFC 6749, 6). */
export const refreshed = (config: SignInConfig, refreshToken: string): Promise<Tokens> =>
  ask(config, { grant_type: 'refresh_token', refresh_token: refreshToken });

/**
 * Has a refresh token revoked (RFC 7009, 2.1), if the server can. The request outlives the page, so nobody need wait for it;
 * nor need it succeed, as the token is forgotten here and ends with its time there.
 */
export const revoke = ({ revokeUrl, clientId }: SignInConfig, refreshToken: string): void => {
  if (revokeUrl === undefined) return;
  fetch(revokeUrl, {
    method: 'POST',
    body: new URLSearchParams({ token: refreshToken, client_id: clientId }),
    credentials: 'omit',
    redirect: 'error',
    keepalive: true,
  }).catch(() => undefined);
};

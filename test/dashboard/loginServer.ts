import { createHash, randomUUID } from 'node:crypto';
import fastify from 'fastify';
import { host } from '../../infra/local/ports.ts';

/** What a page may be: as the user pool's client has it. */
type Client = {
  readonly clientId: string;
  /** Where people come back to, after signing in and after signing out. */
  readonly page: string;
  /** Signs an ID token. */
  readonly sign: () => Promise<string>;
};

const page = (href: string) =>
  `<!doctype html><html lang="en"><title>Login</title><h1>Login</h1><p><a href="${href}">Continue as ann@example.com</a></p><p><a href="${href.replace(/code=[^&]*/, 'error=access_denied')}">Cancel</a></p></html>`;

/**
 * Stands in for Cognito's managed login: `/oauth2/authorize`, `/oauth2/token`, `/oauth2/revoke` and `/logout`, as strict about
 * what it is asked as RFC 6749, 7009 and 7636 are. Refresh tokens are rotated: each is taken once.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html
 */
export const startLoginServer = async (port: number, client: Client) => {
  const app = fastify();
  const challenges = new Map<string, string>();
  const refreshTokens = new Set<string>();
  const counts = { authorized: 0, refreshed: 0, revoked: 0, ended: 0 };

  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  );

  app.get('/oauth2/authorize', (request, reply) => {
    const query = new URLSearchParams(request.query as Record<string, string>); // No name comes twice.
    const asked = Object.fromEntries(query);
    const { state = '', code_challenge: challenge = '' } = asked;
    const isWellAsked =
      asked['response_type'] === 'code' &&
      asked['client_id'] === client.clientId &&
      asked['redirect_uri'] === client.page &&
      asked['scope'] === 'openid' &&
      asked['code_challenge_method'] === 'S256' &&
      challenge.length === 43 &&
      state.length >= 22;
    if (!isWellAsked) return reply.code(400).send('invalid_request');
    counts.authorized += 1;
    const code = randomUUID();
    challenges.set(code, challenge);
    return reply
      .type('text/html')
      .send(page(`${client.page}?code=${code}&state=${encodeURIComponent(state)}`));
  });

  const isGranted = (form: URLSearchParams): boolean => {
    const [code, refreshToken] = [form.get('code') ?? '', form.get('refresh_token') ?? ''];
    if (form.get('grant_type') === 'refresh_token') return refreshTokens.delete(refreshToken);
    const challenge = challenges.get(code);
    challenges.delete(code);
    const verifier = form.get('code_verifier') ?? '';
    return (
      form.get('redirect_uri') === client.page &&
      challenge === createHash('sha256').update(verifier).digest('base64url')
    );
  };

  app.post('/oauth2/token', async (request, reply) => {
    const form = request.body as URLSearchParams; // By the parser above.
    reply.header('access-control-allow-origin', new URL(client.page).origin);
    if (form.get('client_id') !== client.clientId || !isGranted(form))
      return reply.code(400).send({ error: 'invalid_grant' });
    if (form.get('grant_type') === 'refresh_token') counts.refreshed += 1;
    const refreshToken = randomUUID();
    refreshTokens.add(refreshToken);
    return reply.send({ id_token: await client.sign(), refresh_token: refreshToken, token_type: 'Bearer' });
  });

  app.post('/oauth2/revoke', (request, reply) => {
    const form = request.body as URLSearchParams; // By the parser above.
    reply.header('access-control-allow-origin', new URL(client.page).origin);
    if (form.get('client_id') !== client.clientId) return reply.code(400).send({ error: 'invalid_request' });
    if (refreshTokens.delete(form.get('token') ?? '')) counts.revoked += 1;
    return reply.send();
  });

  app.get('/logout', (request, reply) => {
    const asked = request.query as Record<string, string>; // No name comes twice.
    if (asked['client_id'] !== client.clientId || asked['logout_uri'] !== client.page)
      return reply.code(400).send('invalid_request');
    counts.ended += 1;
    return reply.redirect(client.page);
  });

  await app.listen({ host, port });
  return {
    counts,
    /** No refresh token is good any more. */
    revokeAll: () => refreshTokens.clear(),
    close: () => app.close(),
  };
};

/** Where such a server is, as the page's settings say it. */
export const signInAt = (port: number, clientId: string) => ({
  authorizeUrl: `http://${host}:${port}/oauth2/authorize`,
  tokenUrl: `http://${host}:${port}/oauth2/token`,
  revokeUrl: `http://${host}:${port}/oauth2/revoke`,
  logoutUrl: `http://${host}:${port}/logout`,
  clientId,
});

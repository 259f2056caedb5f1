import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startIssuer, type RunningIssuer } from './issuer.ts';
import { freePort } from '../listen.ts';

const host = '127.0.0.1';
const audience = 'orchard';
const clients = [{ clientId: audience, path: '' }];
const wanted = { subject: 'ann', groups: ['pickers'], expiresIn: '90s' };

let port: number;
let running: RunningIssuer;
beforeEach(async () => {
  port = await freePort(host);
  running = await startIssuer({ host, port, clients });
});
afterEach(() => running.close());

const ask = (body: object, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${running.issuer}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** What somebody who has nothing but the issuer's address finds in a token. */
const verify = (token: string, from: RunningIssuer = running) =>
  jwtVerify(token, createRemoteJWKSet(new URL(`${from.issuer}/.well-known/jwks.json`)), {
    issuer: running.issuer,
    audience,
    algorithms: ['RS256'],
  });

/** `fetch` does not let anybody choose a Host. */
const askAsHost = async (name: string): Promise<number | undefined> => {
  const headers = { host: name, 'content-type': 'application/json' };
  const asked = request({ host, port, path: '/token', method: 'POST', headers });
  asked.end(JSON.stringify(wanted));
  // A cast, since `once` does not know what a 'response' brings.
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode;
};

describe('a token', () => {
  it('verifies by the published keys and says what was asked for', async () => {
    const answer = (await (await ask(wanted)).json()) as { token: string };
    const { payload } = await verify(answer.token);
    expect(payload).toMatchObject({ sub: 'ann', 'cognito:groups': ['pickers'], token_use: 'id' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(90);
  });

  it('of another issuer does not verify', async () => {
    const other = await startIssuer({ host, port: await freePort(host), clients });
    try {
      await expect(verify(await other.sign(wanted))).rejects.toThrow();
      await expect(verify(await running.sign(wanted), other)).rejects.toThrow('signature');
    } finally {
      await other.close();
    }
  });

  it('is refused to a request with an Origin, even a local one', async () => {
    expect((await ask(wanted, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await ask(wanted, { origin: running.issuer })).status).toBe(403);
  });

  it('is refused to a request for a foreign Host', async () => {
    expect(await askAsHost(`evil.example:${port}`)).toBe(403);
    expect(await askAsHost(`${host}:${port}`)).toBe(200);
  });

  it.each([
    ['without a subject', { subject: undefined }],
    ['with an empty subject', { subject: '' }],
    ['without groups', { groups: undefined }],
    ['with an empty group', { groups: [''] }],
    ['with a duration that is none', { expiresIn: 'soon' }],
    ['with a duration of nothing', { expiresIn: '0s' }],
  ])('asked for %s is a bad request', async (_, change) => {
    expect((await ask({ ...wanted, ...change })).status).toBe(400);
  });
});

it('a taken port is an error that names it', async () => {
  await expect(startIssuer({ host, port, clients })).rejects.toMatchObject({
    code: 'port_taken',
    message: expect.stringContaining(String(port)) as string,
  });
});

it('a token of an issuer on a fast clock is as old as that clock says', async () => {
  const clock = { now: () => Date.parse('2031-05-05T00:00:00Z'), after: () => () => undefined };
  const other = await startIssuer({ host, port: await freePort(host), clients, clock });
  const token = await other.sign({ ...wanted, expiresIn: '2h' });
  await other.close();
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object;
  const iat = Date.parse('2031-05-05T00:00:00Z') / 1000;
  expect(claims).toMatchObject({ iat, exp: iat + 7200 });
});

it('a lifetime that is none is refused in a sentence', async () => {
  const sign = running.sign({ ...wanted, expiresIn: 'soon' });
  await expect(sign).rejects.toMatchObject({ name: 'TwinError', code: 'bad_duration' });
});

describe('with several clients', () => {
  const pools = [
    { clientId: 'web', path: '/pool-a' },
    { clientId: 'kiosk', path: '/pool-b' },
  ];
  const claimsOf = (token: string): unknown =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

  it('a token is of the first one or of the one asked for, and of its pool', async () => {
    const other = await startIssuer({ host, port: await freePort(host), clients: pools });
    const root = new URL(other.issuer).origin;
    try {
      expect(other.issuer).toBe(`${root}/pool-a`);
      expect(claimsOf(await other.sign(wanted))).toMatchObject({ aud: 'web', iss: `${root}/pool-a` });
      const token = await other.sign({ ...wanted, clientId: 'kiosk' });
      expect(claimsOf(token)).toMatchObject({ aud: 'kiosk', iss: `${root}/pool-b` });
      await jwtVerify(token, createRemoteJWKSet(new URL(`${root}/pool-b/.well-known/jwks.json`)));
      await expect(other.sign({ ...wanted, clientId: 'fridge' })).rejects.toMatchObject({
        code: 'no_client',
      });
    } finally {
      await other.close();
    }
  });
});

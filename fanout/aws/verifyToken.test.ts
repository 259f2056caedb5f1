import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  exportJWK,
  exportPKCS8,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type JWTHeaderParameters,
} from 'jose';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { VerifyToken } from '../admission.ts';
import { tokenVerifier } from './verifyToken.ts';

const keys = await generateKeyPair('RS256', { extractable: true });
const otherKeys = await generateKeyPair('RS256', { extractable: true });
const audience = 'fieldcast';
const kid = 'k1';
let issuer: string;
let verify: VerifyToken;
let server: Server;
let requests: string[] = [];

beforeAll(async () => {
  const jwk = { ...(await exportJWK(keys.publicKey)), kid, alg: 'RS256', use: 'sig' };
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.end(JSON.stringify({ keys: [jwk] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());
beforeEach(() => {
  requests = [];
  verify = tokenVerifier({ issuer, audience });
});

const now = () => Math.floor(Date.now() / 1000);

const sign = (
  claims: Record<string, unknown> = {},
  header: Partial<JWTHeaderParameters> = {},
  key: Parameters<SignJWT['sign']>[0] = keys.privateKey,
) =>
  new SignJWT({
    iss: issuer,
    aud: audience,
    sub: 'ada',
    exp: now() + 60,
    'cognito:groups': ['region:eu-west'],
    ...claims,
  })
    .setProtectedHeader({ alg: 'RS256', kid, ...header })
    .sign(key);

it('a good token says who, what and until when', async () => {
  const exp = now() + 60;
  expect(await verify(await sign({ exp }))).toEqual({
    principal: 'ada',
    grants: ['region:eu-west'],
    expiresAt: exp * 1000,
  });
  expect(requests).toEqual(['/.well-known/jwks.json']);
});

it('a good token without groups grants nothing', async () => {
  expect(await verify(await sign({ 'cognito:groups': undefined }))).toMatchObject({ grants: [] });
});

it.each<[string, () => Promise<string> | string]>([
  ['is empty', () => ''],
  ['is no JWT', () => 'a.b.c'],
  ['has expired', () => sign({ exp: now() - 1 })],
  ['never expires', () => sign({ exp: undefined })],
  ['is not valid yet', () => sign({ nbf: now() + 60 })],
  ['is for another audience', () => sign({ aud: 'other' })],
  ['is for no audience', () => sign({ aud: undefined })],
  ['is of another issuer', () => sign({ iss: 'http://127.0.0.1:1' })],
  ['names nobody', () => sign({ sub: undefined })],
  ['is signed with another key', () => sign({}, {}, otherKeys.privateKey)],
  ['names a key the issuer does not have', () => sign({}, { kid: 'k2' })],
  ['names no key', () => sign({}, { kid: undefined as unknown as string })], // jose's type has no absent kid
  [
    'is not signed',
    () =>
      new UnsecuredJWT({ sub: 'ada' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setExpirationTime('1m')
        .encode(),
  ],
  [
    'is signed by HMAC with the public key',
    async () => sign({}, { alg: 'HS256' }, new TextEncoder().encode(await exportSPKI(keys.publicKey))),
  ],
  [
    'is signed by another algorithm of the right key',
    async () => sign({}, { alg: 'RS512' }, createPrivateKey(await exportPKCS8(keys.privateKey))),
  ],
  [
    'brings its own key',
    async () => sign({}, { jwk: await exportJWK(otherKeys.publicKey), kid }, otherKeys.privateKey),
  ],
  ['says where its key is', () => sign({}, { jku: 'http://127.0.0.1:1/jwks.json' }, otherKeys.privateKey)],
  ['has bytes after its signature', async () => `${await sign()}AAAA`],
  ['is over 8 KB', () => sign({ padding: 'x'.repeat(8 * 1024) })],
])('a token that %s is not good', async (_, token) => {
  expect(await verify(await token())).toBeUndefined();
  expect(requests.filter((url) => url !== '/.well-known/jwks.json')).toEqual([]);
});

it('an issuer that does not answer is an outage', async () => {
  const away = tokenVerifier({ issuer: 'http://127.0.0.1:1', audience });
  const token = await sign({ iss: 'http://127.0.0.1:1' });
  await expect(away(token)).rejects.toThrow();
});

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
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { VerifyToken } from '../admission.ts';
import { verdictOf } from './forgedTokens.testing.ts';
import { newKeys, rsa, startTestIssuer, type KeyPair, type TestIssuer } from './tokenIssuer.testing.ts';
import { keysMaxAgeMs, tokenVerifier, unknownKeyWaitMs } from './verifyToken.ts';

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

describe('keys', () => {
  const [one, two] = [newKeys(), newKeys()];
  let at: number;
  let rotating: TestIssuer;
  let rotatingVerify: VerifyToken;

  beforeEach(async () => {
    rotating = await startTestIssuer(undefined, [one, two]);
    at = rotating.second * 1000;
    rotatingVerify = tokenVerifier({ ...rotating, now: () => at });
    expect(await rotatingVerify(rotating.signed())).toBeDefined();
  });
  afterEach(() => rotating.close());

  const tokenOf = (kid: string, { privateKey }: KeyPair = rotating.own) =>
    rotating.signed(rotating.header({ kid }), rotating.claims(), rsa('sha256', privateKey));

  it('a new key of the issuer is good at once, and so is the old one', async () => {
    rotating.rotate(rotating.own, 'key-2');
    expect(await rotatingVerify(tokenOf('key-2'))).toMatchObject({ principal: 'ada' });
    expect(await rotatingVerify(rotating.signed())).toMatchObject({ principal: 'ada' });
    expect(rotating.requested).toHaveLength(2);
  });

  it('rotated a hundred times, no good token is refused', async () => {
    for (let n = 2; n < 102; n += 1) {
      const keys = n % 2 ? one : two;
      rotating.rotate(keys, `key-${n}`, { alone: true });
      expect(await verdictOf(rotatingVerify, tokenOf(`key-${n}`, keys))).toBe('accepted');
    }
  });

  it('a thousand tokens of a new key at once are one request', async () => {
    rotating.rotate(rotating.own, 'key-2');
    const verified = await Promise.all(Array.from({ length: 1_000 }, () => rotatingVerify(tokenOf('key-2'))));
    expect(verified.filter((identity) => identity === undefined)).toEqual([]);
    expect(rotating.requested).toHaveLength(2);
  });

  it('a flood of unknown keys is one request in ten seconds, and known keys are good all the while', async () => {
    const flood = (from: number) =>
      Promise.all(
        Array.from({ length: 200 }, (_, n) => verdictOf(rotatingVerify, tokenOf(`nobody-${from + n}`))),
      );
    expect(new Set([...(await flood(0)), ...(await flood(200))])).toEqual(new Set(['refused', 'later']));
    expect(rotating.requested).toHaveLength(2);
    at += unknownKeyWaitMs - 1;
    expect(new Set(await flood(400))).toEqual(new Set(['later']));
    expect(await verdictOf(rotatingVerify, rotating.signed())).toBe('accepted');
    expect(rotating.requested).toHaveLength(2);
    at += 1;
    await flood(600);
    expect(rotating.requested).toHaveLength(3);
  });

  it('a new key just after a forged one is told to come back, not refused, and then is good', async () => {
    expect(await verdictOf(rotatingVerify, tokenOf('nobody'))).toBe('refused');
    rotating.rotate(rotating.own, 'key-2');
    expect(await verdictOf(rotatingVerify, tokenOf('key-2'))).toBe('later');
    at += unknownKeyWaitMs;
    expect(await verdictOf(rotatingVerify, tokenOf('key-2'))).toBe('accepted');
  });

  it('a key that the issuer withdrew is good for an hour at most', async () => {
    rotating.rotate(rotating.own, 'key-2', { alone: true });
    at += 59 * 60_000;
    expect(await verdictOf(rotatingVerify, rotating.signed())).toBe('accepted');
    at = rotating.second * 1000 + keysMaxAgeMs;
    const claims = { exp: rotating.second + 7_200 };
    expect(await verdictOf(rotatingVerify, rotating.signed(undefined, rotating.claims(claims)))).toBe(
      'refused',
    );
  });

  it('an issuer that is away does not take the known keys with it', async () => {
    const token = rotating.signed(undefined, rotating.claims({ exp: rotating.second + 7_200 }));
    await rotating.close();
    at += keysMaxAgeMs;
    expect(await verdictOf(rotatingVerify, token)).toBe('accepted');
  });
});

it.each<[string, Record<string, unknown>]>([
  ['no typ', { typ: undefined }],
  ['typ in lower case', { typ: 'jwt' }],
  ['an x5t, as some issuers put in', { x5t: 'dGh1bWI' }],
])('a good token with %s is good', async (_, header) => {
  expect(await verify(await sign({}, header))).toBeDefined();
});

it('a good token whose audience is an array of ours alone is good', async () => {
  expect(await verify(await sign({ aud: [audience] }))).toBeDefined();
});

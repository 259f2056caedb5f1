import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { SignInConfig } from '../../config.ts';
import type { Answer, Begun } from './answer.ts';
import { challengeOf } from './pkce.ts';
import { startSignIn } from './signIn.ts';

const config = {
  authorizeUrl: 'https://login.example.com/oauth2/authorize',
  tokenUrl: 'https://login.example.com/oauth2/token',
  revokeUrl: 'https://login.example.com/oauth2/revoke',
  logoutUrl: 'https://login.example.com/logout',
  clientId: 'the-page',
};
const hour = 3_600_000;

const jwt = (claims: object): string => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
/** Good for an hour; the clock it was made by is wrong. */
const idToken = (n: number): string => jwt({ iat: 1_000, exp: 4_600, email: 'ann@example.com', n });

let storage: Map<string, string>;
let asked: Record<string, string>[];
/** What the server was asked to revoke. */
let revoked: Record<string, string | boolean>[];
/** Its answer to that. */
let onRevoke: () => Promise<Response>;
let answers: (() => Response | Promise<Response>)[];
let left: URL[];
let now: number;

const tokens = (n: number) => () =>
  Response.json({ id_token: idToken(n), refresh_token: `refresh-${n}`, token_type: 'Bearer' });
const refusal = () => Response.json({ error: 'invalid_grant' }, { status: 400 });
const nobody = () => Promise.reject(new TypeError('Failed to fetch'));

beforeEach(() => {
  storage = new Map();
  asked = [];
  revoked = [];
  onRevoke = () => Promise.resolve(new Response());
  answers = [];
  left = [];
  now = 1_763_690_000_000;
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, value: string) => storage.set(key, value),
    removeItem: (key: string) => storage.delete(key),
  });
  type Asked = { body: URLSearchParams; keepalive?: boolean };
  vi.stubGlobal('fetch', async (url: string, { body, keepalive = false }: Asked) => {
    if (url === config.revokeUrl) {
      revoked.push({ ...Object.fromEntries(body), keepalive });
      return onRevoke();
    }
    expect(url).toBe(config.tokenUrl);
    asked.push(Object.fromEntries(body));
    return (answers.shift() ?? expect.fail('asked once more'))();
  });
});
afterEach(() => vi.unstubAllGlobals());

const start = (answer?: Answer, of: SignInConfig = config) =>
  startSignIn({
    ...{ config: of, answer, origin: 'https://page.example.com', now: () => now },
    address: () => '/?region=eu-west',
    leave: (url) => left.push(new URL(url)),
  });
const settled = (signIn: ReturnType<typeof start>) =>
  vi.waitFor(() => expect(signIn.state.value).not.toBe('entering'));
const entered = async () => {
  answers.push(tokens(1));
  const signIn = start({ code: 'c1', verifier: 'v1' });
  await settled(signIn);
  asked = [];
  return signIn;
};

it('who leaves to sign in takes a challenge along, and leaves its verifier and the view behind', async () => {
  await start().begin();
  const [url = expect.fail('nobody left')] = left;
  const begun = JSON.parse(storage.get('fieldcast.begun') ?? '') as Begun;
  expect(url.origin + url.pathname).toBe(config.authorizeUrl);
  expect(Object.fromEntries(url.searchParams)).toEqual({
    ...{ response_type: 'code', client_id: 'the-page', scope: 'openid' },
    ...{ redirect_uri: 'https://page.example.com/', state: begun.state },
    ...{ code_challenge: await challengeOf(begun.verifier), code_challenge_method: 'S256' },
  });
  expect(url.href).not.toContain(begun.verifier);
  expect(begun.address).toBe('/?region=eu-west');
});

it('who comes back with a code is signed in, and has a name', async () => {
  answers.push(tokens(1));
  const signIn = start({ code: 'c1', verifier: 'v1' });
  await settled(signIn);
  expect(asked).toEqual([
    {
      ...{ grant_type: 'authorization_code', client_id: 'the-page', code: 'c1', code_verifier: 'v1' },
      redirect_uri: 'https://page.example.com/',
    },
  ]);
  expect([signIn.state.value, signIn.name.value]).toEqual(['in', 'ann@example.com']);
  expect(await signIn.token()).toBe(idToken(1));
  expect([...storage.values()]).toEqual(['refresh-1']);
});

it.each([
  ['the server’s refusal', { refused: 'access_denied' }, undefined, 'access_denied'],
  ['a code that is used up', { code: 'c', verifier: 'v' }, refusal, 'invalid_grant'],
  ['nobody to ask', { code: 'c', verifier: 'v' }, nobody, 'The sign-in server cannot be reached.'],
])('who comes back with %s is not, and is told why', async (_, answer, told, why) => {
  if (told !== undefined) answers.push(told);
  const signIn = start(answer);
  await settled(signIn);
  expect([signIn.state.value, signIn.problem.value]).toEqual(['failed', why]);
  await expect(signIn.token()).rejects.toThrow('Nobody is signed in');
});

it('a token is refreshed once half of its time is over, by how long it is here', async () => {
  const signIn = await entered();
  now += hour / 2 - 1;
  expect(await signIn.token()).toBe(idToken(1));
  now += 1;
  answers.push(tokens(2));
  expect(await signIn.token()).toBe(idToken(2));
  expect(asked).toEqual([{ grant_type: 'refresh_token', client_id: 'the-page', refresh_token: 'refresh-1' }]);
  expect([...storage.values()]).toEqual(['refresh-2']);
});

it('of several who want a newer token at once, one asks', async () => {
  const signIn = await entered();
  now += hour;
  answers.push(tokens(2));
  expect(await Promise.all([signIn.token(), signIn.token()])).toEqual([idToken(2), idToken(2)]);
  expect(asked).toHaveLength(1);
});

it('a page that is loaded anew goes on with what the tab has kept', async () => {
  await entered();
  const again = start();
  answers.push(tokens(2));
  expect(again.state.value).toBe('in');
  expect(await again.token()).toBe(idToken(2));
});

it('a sign-in server that is away for a while ends nothing', async () => {
  const signIn = await entered();
  now += hour;
  answers.push(nobody, () => new Response('<h1>Bad gateway</h1>', { status: 502 }), tokens(2));
  await expect(signIn.token()).rejects.toThrow('cannot be reached');
  await expect(signIn.token()).rejects.toThrow('cannot be reached');
  expect(signIn.state.value).toBe('in');
  expect(await signIn.token()).toBe(idToken(2));
});

it('a session that the server ended is over', async () => {
  const signIn = await entered();
  now += hour;
  answers.push(refusal);
  await expect(signIn.token()).rejects.toThrow('sign in again');
  expect([signIn.state.value, signIn.problem.value]).toEqual(['out', 'Your session has ended.']);
  expect([...storage.values()]).toEqual([]);
});

it.each([
  ['', () => Promise.resolve(new Response())],
  [', nobody being there to revoke the token', nobody],
])('who signs out has nothing left here, and ends the session there%s', async (_, answer) => {
  onRevoke = answer;
  const signIn = await entered();
  signIn.end();
  expect(revoked).toEqual([{ token: 'refresh-1', client_id: 'the-page', keepalive: true }]);
  expect([signIn.state.value, storage.size]).toEqual(['out', 0]);
  expect(left.map(String)).toEqual([
    'https://login.example.com/logout?client_id=the-page&logout_uri=https%3A%2F%2Fpage.example.com%2F',
  ]);
  await expect(signIn.token()).rejects.toThrow('Nobody is signed in');
});

it('who signs out while a newer token comes stays signed out', async () => {
  const signIn = await entered();
  now += hour;
  answers.push(tokens(2));
  const token = signIn.token();
  signIn.end();
  await expect(token).rejects.toThrow('Nobody is signed in');
  expect([signIn.state.value, storage.size]).toEqual(['out', 0]);
  expect(revoked.map((one) => one['token'])).toEqual(['refresh-1', 'refresh-2']);
});

it('a server that cannot revoke tokens is not asked to', async () => {
  await entered();
  start(undefined, { ...config, revokeUrl: undefined }).end();
  expect(left).toHaveLength(1);
  expect(revoked).toEqual([]);
});

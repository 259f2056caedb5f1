import { describe, expect, it } from 'vitest';
import { admit, selectSubprotocol, type Identity } from './admission.ts';

const identity: Identity = { principal: 'ada', grants: ['*'], expiresAt: 1 };
const allowedOrigins = ['https://dashboard.example.com'];

const decide = (headers: Record<string, string>, verified: Identity | undefined = identity) => {
  const verify = async (token: string) => (token === 'good' ? verified : undefined);
  return admit({ verify, allowedOrigins })({ header: (name) => headers[name] });
};

it.each([
  { authorization: 'Bearer good' },
  { authorization: 'bearer good' },
  { 'sec-websocket-protocol': 'fieldcast.v1, bearer.good' },
  { 'sec-websocket-protocol': 'bearer.good,fieldcast.v1' },
  { 'sec-websocket-protocol': 'fieldcast.v1, bearer.good', origin: 'https://dashboard.example.com' },
])('%j opens', async (headers) => {
  expect(await decide(headers)).toEqual({ admitted: true, identity });
});

it.each([
  {},
  { 'sec-websocket-protocol': 'fieldcast.v1' },
  { authorization: 'Basic good' },
  { authorization: 'Bearer' },
  { authorization: 'Bearer bad' },
  { 'sec-websocket-protocol': 'fieldcast.v1, bearer.' },
  { 'sec-websocket-protocol': 'fieldcast.v1, Bearer.good' },
])('%j is asked for a good token', async (headers) => {
  expect(await decide(headers)).toMatchObject({ admitted: false, status: 401 });
});

it.each([
  'null',
  '',
  'https://dashboard.example.com.evil.example',
  'https://evil.example/https://dashboard.example.com',
  'https://dashboard.example.com:8443',
  'http://dashboard.example.com',
  'https://DASHBOARD.example.com',
  'https://dashboard.example.com/',
  'https://user@dashboard.example.com',
])('a page of origin "%s" is refused, good token or not', async (origin) => {
  expect(await decide({ authorization: 'Bearer good', origin })).toMatchObject({
    admitted: false,
    status: 403,
  });
});

it.each([0, 65])('a good token with %i grants is refused', async (count) => {
  const grants = Array.from({ length: count }, (_, n) => `device:d${n}`);
  expect(await decide({ authorization: 'Bearer good' }, { ...identity, grants })).toMatchObject({
    status: 403,
  });
});

it('an issuer that is out of reach is an outage, not a refusal', async () => {
  const verify = () => Promise.reject(new Error('no keys'));
  const handshake = { header: (name: string) => (name === 'authorization' ? 'Bearer x' : undefined) };
  await expect(admit({ verify, allowedOrigins })(handshake)).rejects.toThrow('no keys');
});

describe('selectSubprotocol', () => {
  it.each([
    [undefined, 'none'],
    ['', 'none'],
    ['bearer.x', 'none'],
    ['fieldcast.v1', 'fieldcast.v1'],
    ['mqtt, fieldcast.v1 , bearer.x', 'fieldcast.v1'],
    ['fieldcast.v2, bearer.x', 'unknown'],
  ])('of "%s" selects %s', (offered, selected) => {
    expect(selectSubprotocol(offered)).toBe(selected);
  });
});

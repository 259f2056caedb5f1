import { beforeEach, expect, it } from 'vitest';
import type { Identity } from '../admission.ts';
import { aReading } from '../factories.ts';
import { anEdge, start, type Edge } from '../memory/edge.testing.ts';

const newer: Identity = { principal: 'ada', grants: ['region:us-east'], expiresAt: start + 7_200_000 };
let edge: Edge;
beforeEach(async () => {
  edge = anEdge();
  edge.tokens.set('newer', newer);
  await edge.open();
});
const authenticate = (token = 'newer') => edge.ask({ action: 'authenticate', id: 'a', token });

it('a newer token of the same principal takes the place of the old one', async () => {
  expect(await authenticate()).toEqual([
    { type: 'authenticated', id: 'a', expiresAt: newer.expiresAt, grants: newer.grants },
  ]);
  expect(await edge.ask({ action: 'hello' })).toMatchObject([
    { tokenExpiresAt: newer.expiresAt, grants: newer.grants },
  ]);
});

it('every subscription’s row has the new grants and expiry', async () => {
  for (const id of ['s1', 's2']) await edge.ask({ action: 'subscribe', id, to: { region: 'eu-west' } });
  await authenticate();
  expect(await edge.ports.subscriptions.byTarget('region#eu-west')).toMatchObject([
    { id: 's1', grants: newer.grants, tokenExpiresAt: newer.expiresAt },
    { id: 's2', grants: newer.grants, tokenExpiresAt: newer.expiresAt },
  ]);
});

it('a connection whose token has expired is good again', async () => {
  await edge.open({ tokenExpiresAt: start });
  await authenticate();
  edge.tokens.set('wider', { ...newer, grants: ['*'] });
  await authenticate('wider');
  await edge.record(aReading());
  expect(await edge.ask({ action: 'history', device: 'kettle-1' })).toMatchObject([
    { readings: [{ seq: 42 }] },
  ]);
});

it.each([
  ['is not good', undefined],
  ['is another principal’s', { ...newer, principal: 'eve' }],
  ['grants nothing', { ...newer, grants: [] }],
  ['has more than 64 grants', { ...newer, grants: Array.from({ length: 65 }, (_, n) => `device:d${n}`) }],
])('a token that %s is refused and changes nothing', async (_, identity) => {
  if (identity !== undefined) edge.tokens.set('bad', identity);
  expect(await authenticate('bad')).toMatchObject([{ code: 'token_refused', id: 'a' }]);
  expect(await edge.ask({ action: 'hello' })).toMatchObject([{ grants: ['*'] }]);
});

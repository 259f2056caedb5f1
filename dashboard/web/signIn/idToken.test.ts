import { expect, it } from 'vitest';
import { readIdToken } from './idToken.ts';

const jwt = (claims: object): string => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

it('says when it was made, when it ends and whose it is', () => {
  expect(readIdToken(jwt({ iat: 1, exp: 3_601, email: 'jürgen@example.com', sub: 's' }))).toEqual({
    ...{ issuedAt: 1_000, expiresAt: 3_601_000, name: 'jürgen@example.com' },
  });
  expect(readIdToken(jwt({ 'cognito:username': 'ann', sub: 's' })).name).toBe('ann');
});

it.each(['', 'a.b', 'a.%%%.c', jwt({}), jwt([])])('%s, which says nothing, has ended', (token) => {
  expect(readIdToken(token)).toEqual({ issuedAt: 0, expiresAt: 0, name: '' });
});

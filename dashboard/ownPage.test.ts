import { describe, expect, it } from 'vitest';
import { isOwnPage } from './ownPage.ts';

const host = '127.0.0.1:4000';

describe('a request for a token', () => {
  it.each(['127.0.0.1:4000', 'localhost:4000', '[::1]:4000'])('to %s without a page is ours', (name) => {
    expect(isOwnPage({ host: name }, 4000)).toBe(true);
  });

  it('from our page is ours', () => {
    const headers = { host, origin: 'http://127.0.0.1:4000', 'sec-fetch-site': 'same-origin' };
    expect(isOwnPage(headers, 4000)).toBe(true);
  });

  it('on port 80 names no port', () => {
    expect(isOwnPage({ host: 'localhost' }, 80)).toBe(true);
  });

  it.each([
    ['a foreign name that resolves to loopback', { host: 'evil.example:4000' }],
    ['a name that only begins like ours', { host: '127.0.0.1.evil.example:4000' }],
    ['no Host', {}],
    ['another port', { host: '127.0.0.1:4001' }],
    ['another origin', { host, origin: 'https://evil.example' }],
    ['a page on another loopback port', { host, origin: 'http://127.0.0.1:3000' }],
    ['a page under another of our names', { host, origin: 'http://localhost:4000' }],
    ['an opaque origin', { host, origin: 'null' }],
    ['another site', { host, 'sec-fetch-site': 'cross-site' }],
    ['another port of the same site', { host, 'sec-fetch-site': 'same-site' }],
  ])('with %s is not ours', (_, headers) => {
    expect(isOwnPage(headers, 4000)).toBe(false);
  });
});

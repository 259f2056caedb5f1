import { expect, it } from 'vitest';
import { usageKeyOf } from './usageKey.ts';

const counted = (headers: Record<string, string>) =>
  usageKeyOf({ header: (name) => headers[name] }, 'of-all-pages');

it('a machine is counted by the key that it brings', () => {
  expect(counted({ 'x-api-key': 'its-own' })).toBe('its-own');
});

it('a page is counted with all pages, as it can bring none', () => {
  expect(counted({ origin: 'https://dashboard.example.com' })).toBe('of-all-pages');
});

it.each([{}, { 'x-api-key': '' }])('a machine that brings none has none: %j', (headers) => {
  expect(counted(headers)).toBeUndefined();
});

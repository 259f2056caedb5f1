import { expect, it } from 'vitest';
import { staleTokens } from './staleTokens.ts';

it('a token is kept while it lasts, and one that could not be had is asked for again', async () => {
  let asked = 0;
  const tokens = staleTokens(async (expiresIn) => {
    asked += 1;
    if (asked === 1) throw new Error('no issuer');
    return `${asked} for ${expiresIn}`;
  }, 60_000);
  await expect(tokens.next()).rejects.toThrow('no issuer');
  expect(await tokens.next()).toBe('2 for 60s');
  expect(await tokens.next()).toBe('2 for 60s');
  tokens.end();
  expect(await tokens.next()).toBe('3 for 12h');
});

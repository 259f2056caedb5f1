import { expect, it } from 'vitest';
import { allowedOrigins, foreignOrigins, getsIn, originsAreExact } from './foreignOrigins.testing.ts';

it.each(Object.entries(foreignOrigins))('a page is refused whose origin is %s', async (_, origin) => {
  expect(await getsIn(origin)).toBe(false);
});

it.each(allowedOrigins)('a page of %s gets in', async (origin) => {
  expect(await getsIn(origin)).toBe(true);
});

it('of 10,000 origins that look like ours, exactly ours get in', async () => {
  expect(Object.keys(foreignOrigins).length).toBeGreaterThanOrEqual(60);
  expect(await originsAreExact(10_000)).toMatchObject({ failures: [] });
});

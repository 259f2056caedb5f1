import { expect, it } from 'vitest';
import { fnv1a } from './fnv1a.ts';

it.each([
  ['', 'cbf29ce484222325'],
  ['a', 'af63dc4c8601ec8c'],
  ['foobar', '85944171f73967e8'],
])('%j has the hash that the specification gives', (text, hash) => {
  expect(fnv1a(text)).toBe(hash);
});

it('agrees with the definition, in whole numbers of 64 bits', () => {
  const text = 'kettle-1 @1763690000000 42 {"ü":"💧"}'.repeat(20);
  const expected = [...new TextEncoder().encode(text)].reduce(
    (hash, byte) => BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n),
    0xcbf29ce484222325n,
  );
  expect(fnv1a(text)).toBe(expected.toString(16).padStart(16, '0'));
});

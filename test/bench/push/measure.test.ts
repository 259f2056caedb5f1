import { expect, it } from 'vitest';
import { arrivalClaim, shortAmount } from './claims.ts';
import { measurePush } from './measure.ts';

it(
  'every post of every client arrives once, well signed',
  async () => {
    const { arrived, results } = await measurePush(shortAmount);
    expect([arrivalClaim({ arrived })].filter(({ holds }) => !holds)).toEqual([]);
    expect(arrived.signaturesChecked).toBe(arrived.sent);
    expect(results).toHaveLength(8); // Four clients, one at a time and 64 at once.
  },
  2 * 60_000,
);

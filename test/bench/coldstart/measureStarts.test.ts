import { expect, it } from 'vitest';
import { handlerNames } from '../../../infra/handlers.ts';
import { readyClaim, sizeClaim } from './claims.ts';
import { measureStarts } from './measureStarts.ts';

it(
  'every function starts, as it is and with the SDK, and is smaller without',
  async () => {
    const all = await measureStarts(1);
    expect(all).toHaveLength(2 * handlerNames.length);
    expect([readyClaim(all), sizeClaim(all)].filter(({ holds }) => !holds)).toEqual([]);
  },
  2 * 60_000, // It is about counts: how long it takes is the machine's affair.
);

import { expect, it } from 'vitest';
import { stormCountClaims } from './stormClaims.ts';
import { runStorm } from './stormRun.ts';
import { shortStorm } from './stormScene.ts';

it(
  'a small storm: the dead are posted to and forgotten, the living miss nothing',
  async () => {
    const result = await runStorm(shortStorm);
    expect(stormCountClaims(shortStorm, result).filter(({ holds }) => !holds)).toEqual([]);
  },
  5 * 60_000, // It is about counts: how long it takes is the machine's affair.
);

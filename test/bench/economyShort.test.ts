import { expect, it } from 'vitest';
import { countClaims } from './economyClaims.ts';
import { runShape } from './economyRun.ts';
import { shortScene, wantedIn } from './economyScene.ts';
import { shapeNames } from './economyShapes.ts';

it.concurrent.each(shapeNames)(
  '%s in short: everything is metered, posted as often as it should be, and received',
  async (shape) => {
    const result = await runShape(shape, shortScene);
    expect(countClaims(shortScene, result).filter(({ holds }) => !holds)).toEqual([]);
    expect(result.viewers.received).toBe(wantedIn(shortScene));
  },
  5 * 60_000, // It is about counts: how long it takes is the machine's affair.
);

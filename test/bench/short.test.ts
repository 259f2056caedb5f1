import { describe, expect, it } from 'vitest';
import type { Claim } from './claim.ts';
import { countClaims } from './economyClaims.ts';
import { runShape } from './economyRun.ts';
import { shortScene } from './economyScene.ts';
import { shapeNames } from './economyShapes.ts';
import { arrivalClaim, shortAmount } from './push/claims.ts';
import { measurePush } from './push/measure.ts';
import { stormCountClaims } from './stormClaims.ts';
import { runStorm } from './stormRun.ts';
import { shortStorm } from './stormScene.ts';

/** The benchmarks' short forms, as `--short` runs them: what they count, never how long it took. */
const failing = (claims: readonly Claim[]): string[] =>
  claims.filter(({ holds }) => !holds).map(({ text }) => text);

const limitMs = 5 * 60_000;

describe('the economy’s short form', () => {
  it.concurrent.each(shapeNames)(
    '%s: everything is metered, posted as often as it should be, and received',
    async (shape) => {
      const result = await runShape(shape, shortScene);
      expect(failing(countClaims(shortScene, result))).toEqual([]);
      expect(result.viewers.received).toBe(100);
    },
    limitMs,
  );
});

describe('the storm’s short form', () => {
  it(
    'dead connections are posted to and forgotten, live viewers miss nothing',
    async () => {
      const result = await runStorm(shortStorm);
      expect(failing(stormCountClaims(shortStorm, result))).toEqual([]);
      expect(result.subscriptionsGoneSeconds).toBeDefined();
      expect(result.connectionsGoneSeconds).toBeDefined();
    },
    limitMs,
  );
});

describe('the push’s short form', () => {
  it(
    'every post of every client arrives once, well signed',
    async () => {
      const { arrived, results } = await measurePush(shortAmount);
      expect(failing([arrivalClaim({ arrived })])).toEqual([]);
      expect(arrived.signaturesChecked).toBe(arrived.sent);
      expect(results).toHaveLength(8);
    },
    limitMs,
  );
});

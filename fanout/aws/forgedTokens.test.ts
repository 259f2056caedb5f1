import { afterAll, beforeAll, expect, it } from 'vitest';
import type { VerifyToken } from '../admission.ts';
import {
  forgedTokensAreRefused,
  forgeries,
  underWatch,
  verdictOf,
  warmVerifier,
} from './forgedTokens.testing.ts';
import { tokenMutations } from './tokenMutations.testing.ts';
import { startTestIssuer, type TestIssuer } from './tokenIssuer.testing.ts';

let issuer: TestIssuer;
let verify: VerifyToken;

beforeAll(async () => {
  issuer = await startTestIssuer();
  verify = await warmVerifier(issuer);
});
afterAll(() => issuer.close());

it.each(Object.entries(forgeries))('refused: %s', async (_, forge) => {
  expect(await verdictOf(verify, forge(issuer))).not.toBe('accepted');
});

it('all of them, at least 120, without a request to anybody', async () => {
  const { runs, failures, outbound } = await forgedTokensAreRefused();
  expect({ failures, outbound }).toEqual({ failures: [], outbound: 0 });
  expect(runs).toBeGreaterThanOrEqual(120);
});

it('no mutation of a good token passes, without a request to anybody', async () => {
  expect(await tokenMutations(2_000)).toMatchObject({ runs: 2_000, failures: [], outbound: 0 });
});

it('the watch sees a verifier that fetches', async () => {
  const fetching = await underWatch(async ({ trap }) => {
    await fetch(trap);
    return { runs: 1, failures: [] };
  });
  expect(fetching.outbound).toBeGreaterThan(0);
  expect(fetching.failures).toHaveLength(1);
});

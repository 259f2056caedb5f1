import { WaitPeriodNotYetEndedJwkError } from 'aws-jwt-verify/error';
import type { VerifyToken } from '../admission.ts';
import { algorithmForgeries } from './forgedAlgorithms.testing.ts';
import { claimForgeries } from './forgedClaims.testing.ts';
import { headerForgeries } from './forgedHeaders.testing.ts';
import { shapeForgeries } from './forgedShapes.testing.ts';
import { countOutbound } from './outbound.testing.ts';
import { rsa, startTestIssuer, type Forge, type TestIssuer } from './tokenIssuer.testing.ts';
import { tokenVerifier } from './verifyToken.ts';

/** Makes a token that must not be accepted. */
export type Forgery = (forge: Forge) => string;

/** Every forged token by its name; the name says what is wrong with it. */
export const forgeries: Readonly<Record<string, Forgery>> = {
  ...algorithmForgeries,
  ...headerForgeries,
  ...claimForgeries,
  ...shapeForgeries,
};

/** What came of a token. `later`: its key is not known and the issuer was asked just now; it is not let in. */
export const verdictOf = async (
  verify: VerifyToken,
  token: string,
): Promise<'accepted' | 'refused' | 'later'> => {
  try {
    return (await verify(token)) === undefined ? 'refused' : 'accepted';
  } catch (error) {
    if (error instanceof WaitPeriodNotYetEndedJwkError) return 'later';
    throw error;
  }
};

/** A verifier whose issuer was asked for its keys, and just now for one that it does not have. Its time stands still. */
export const warmVerifier = async (issuer: TestIssuer): Promise<VerifyToken> => {
  const verify = tokenVerifier({ ...issuer, now: () => issuer.second * 1000 });
  if ((await verdictOf(verify, issuer.signed())) !== 'accepted') throw new Error('A good token is refused.');
  const unknown = issuer.signed(
    issuer.header({ kid: 'nobody' }),
    issuer.claims(),
    rsa('sha256', issuer.own.privateKey),
  );
  await verdictOf(verify, unknown);
  return verify;
};

export type TokenFigures = { runs: number; failures: string[]; outbound: number; seed?: number };

/** What a property of tokens needs, from beginning to end; a good token must be good before and after. */
export const underWatch = async (
  work: (issuer: TestIssuer, verify: VerifyToken) => Promise<{ runs: number; failures: string[] }>,
): Promise<TokenFigures> => {
  const issuer = await startTestIssuer();
  try {
    const verify = await warmVerifier(issuer);
    const before = issuer.requested.length;
    const { outbound, result } = await countOutbound(() => work(issuer, verify));
    const asked = issuer.requested.length - before + issuer.trapped.length;
    const failures = [...result.failures];
    if (outbound + asked > 0) failures.push(`${outbound + asked} outbound requests`);
    if ((await verdictOf(verify, issuer.signed())) !== 'accepted') failures.push('a good token is refused');
    return { runs: result.runs, failures, outbound: outbound + asked };
  } finally {
    await issuer.close();
  }
};

/** Presents every forged token to the real verifier. `failures` names those that were accepted. */
export const forgedTokensAreRefused = (): Promise<TokenFigures> =>
  underWatch(async (issuer, verify) => {
    const failures: string[] = [];
    for (const [name, forge] of Object.entries(forgeries))
      if ((await verdictOf(verify, forge(issuer))) === 'accepted') failures.push(name);
    return { runs: Object.keys(forgeries).length, failures };
  });

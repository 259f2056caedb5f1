import type { Claim } from '../claim.ts';
import type { Amount, Measured } from './measure.ts';

export const longAmount: Amount = { rounds: 7, posts: 3_000, checkOneIn: 100 };
/** Checks every signature. */
export const shortAmount: Amount = { rounds: 1, posts: 200, checkOneIn: 1 };

/** By how much lean push is to have more posts of a second of CPU than the SDK's client, with so many at once. */
const [claimedRatio, claimedAtOnce] = [5, 64];

const n = (count: number): string => count.toLocaleString('en');

/** Every post arrives once, as it was to be, and well signed. */
export const arrivalClaim = ({ arrived }: Pick<Measured, 'arrived'>): Claim => {
  const { sent, delivered, posts, repeated, wrong, signaturesChecked, signaturesWrong } = arrived;
  return {
    text:
      `${n(posts)} of ${n(sent)} posts arrived, ${repeated} twice, ${wrong} wrong; ` +
      `of ${n(signaturesChecked)} signatures ${signaturesWrong} wrong`,
    holds: posts === sent && delivered === sent && repeated + wrong + signaturesWrong === 0,
  };
};

export const ratioClaim = ({ results }: Pick<Measured, 'results'>): Claim => {
  const lean = results.find((one) => one.client === 'lean push' && one.concurrency === claimedAtOnce);
  const ratio = lean?.ratio ?? NaN;
  return {
    text: `lean push makes ${ratio.toFixed(1)} times the posts of the SDK, ${claimedAtOnce} at once; at least ${claimedRatio} is claimed`,
    holds: ratio >= claimedRatio,
  };
};

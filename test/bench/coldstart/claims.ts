import type { HandlerName } from '../../../infra/handlers.ts';
import type { Claim } from '../claim.ts';
import type { Figures } from './measureStarts.ts';

/** It asks nothing of AWS, so both variants of it are the same: it shows what the measurement is worth. */
const same: HandlerName = 'authorizer';

/** The share of the SDK's bytes, and of its time to start, that each handler may have at most. */
const [claimedBytes, claimedMs] = [0.75, 0.85];

export type Pair = { readonly handler: HandlerName; readonly ours: Figures; readonly sdk: Figures };

export const pairsOf = (all: readonly Figures[]): Pair[] =>
  all.flatMap((ours) => {
    const sdk = all.find(({ handler, variant }) => handler === ours.handler && variant === 'sdk');
    return ours.variant === 'ours' && sdk !== undefined ? [{ handler: ours.handler, ours, sdk }] : [];
  });

export const readyClaim = (all: readonly Figures[]): Claim => {
  const starts = all.reduce((sum, one) => sum + one.starts, 0);
  const ready = all.reduce((sum, one) => sum + one.ready, 0);
  return { text: `${ready} of ${starts} starts ended with a handler`, holds: starts > 0 && ready === starts };
};

const shareClaim = (
  all: readonly Figures[],
  what: string,
  most: number,
  of: (figures: Figures) => number,
): Claim => {
  const shares = pairsOf(all)
    .filter(({ handler }) => handler !== same)
    .map(({ handler, ours, sdk }) => ({ handler, share: of(ours) / of(sdk) }));
  const worst = shares.toSorted((a, b) => b.share - a.share)[0];
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  return {
    text: `each that asks AWS ${what} what it does with the SDK, at most ${percent(most)}; the worst is ${worst?.handler ?? 'none'} with ${percent(worst?.share ?? NaN)}`,
    holds: worst !== undefined && worst.share <= most,
  };
};

export const sizeClaim = (all: readonly Figures[]): Claim =>
  shareClaim(all, 'weighs a share of', claimedBytes, ({ bytes }) => bytes);

export const timeClaim = (all: readonly Figures[]): Claim =>
  shareClaim(all, 'starts in a share of', claimedMs, ({ p50Ms }) => p50Ms);

import type { Pace } from '../pace.ts';
import type { Wish } from '../ports.ts';
import type { FrameOf } from '../protocol.ts';

const foldedOf = ({ matched, updates }: Pace, maxRate: number): string => {
  const folded = matched - updates;
  return folded > 0
    ? `${folded} of ${matched} readings were folded by maxRate ${maxRate}`
    : `none of ${matched} readings so far had to be folded`;
};

/** How often updates of one device come: the most permissive of the subscriptions that match decides. */
export const rateStage = (
  matching: readonly Wish[],
  pace: Pace | undefined,
): FrameOf<'explain'>['stages'][number] => {
  const rates = matching.map(({ maxRate }) => maxRate ?? Infinity);
  const maxRate = Math.max(...rates);
  const folded = pace === undefined ? 'none has been sent yet' : foldedOf(pace, maxRate);
  return {
    stage: 'rate',
    ok: true,
    detail: Number.isFinite(maxRate)
      ? `You get at most ${maxRate} ${maxRate === 1 ? 'update' : 'updates'} a second of it: ${folded}.`
      : 'You get each reading that matches at once; no maxRate folds them.',
  };
};

import { setTimeout as wait } from 'node:timers/promises';
import type { Book } from '../ledger/book.ts';
import { judge, type Judgement } from '../ledger/check.ts';
import { hops, type Ledger } from '../ledger/entries.ts';

const lookEveryMs = 500;
/** Of the time, at most one part in so many goes into looking: what is judged runs in this process, too. */
const sparing = 5;

/** What is wrong only as long as it is still under way. */
const isUnderWay = ({ findings }: Judgement): boolean =>
  findings.some(({ category }) => ['lost', 'unacknowledged', 'forged', 'unrecorded'].includes(category));

const sizeOf = (ledger: Ledger): number => hops.reduce((sum, hop) => sum + ledger[hop].length, 0);

/** Waits until nothing is under way any more, or for so long. A ledger that has not grown is not judged again. */
export const restOf = async (
  { soFar }: Pick<Book, 'soFar'>,
  patienceMs: number,
  signal: AbortSignal,
): Promise<boolean> => {
  const endsAt = performance.now() + patienceMs;
  let [judged, pauseMs] = [-1, lookEveryMs];
  do {
    await wait(pauseMs, undefined, { signal }).catch(() => undefined); // Stopped: no need to.
    if (sizeOf(soFar) === judged) continue;
    judged = sizeOf(soFar);
    const begun = performance.now();
    if (!isUnderWay(judge(soFar))) return true;
    pauseMs = Math.max(lookEveryMs, sparing * (performance.now() - begun));
  } while (performance.now() < endsAt && !signal.aborted);
  return false;
};

import type { Report } from '../report.ts';

/** Sentences that are counted at a time; clients choose parts of some, so there may be any number. */
const maxCounted = 200;

const isPowerOfTen = (count: number): boolean => /^10*$/.test(String(count));

/**
 * Passes a sentence on when it comes for the first time, and again with the count at the 10th, 100th, 1000th and so on: a
 * client that is refused comes back every second. Of many different sentences the one counted longest starts anew.
 */
export const countRepeats = (report: Report): Report => {
  const counts = new Map<string, number>();
  return (sentence) => {
    const count = (counts.get(sentence) ?? 0) + 1;
    if (count === 1 && counts.size >= maxCounted) {
      const [oldest = ''] = counts.keys();
      counts.delete(oldest);
    }
    counts.set(sentence, count);
    if (count === 1) report(sentence);
    else if (isPowerOfTen(count)) report(`${sentence.replace(/\.$/, '')} (${count} times by now).`);
  };
};

import { median } from './median.ts';

/** How often a device speaks, as far as its last readings tell. Times are epoch ms by the server's clock. */
export type Rhythm = {
  /** When its newest reading was received. */
  lastAt: number;
  /** ms between two readings, the newest last. */
  readonly gaps: number[];
};

const remembered = 8;
/** A device that spoke once may speak every few minutes; this is when one begins to wonder. */
const unknownMs = 10 * 60_000;
/** Less than this is the way through a network, not silence. */
const leastMs = 5_000;
/** So many of its usual gaps without a word are too many. */
const missed = 3;

export const newRhythm = (receivedAt: number): Rhythm => ({ lastAt: receivedAt, gaps: [] });

/** @param count for how many readings this one stands, where they were folded. */
export const beat = (rhythm: Rhythm, receivedAt: number, count = 1): void => {
  const gap = (receivedAt - rhythm.lastAt) / count;
  if (gap <= 0) return;
  rhythm.lastAt = receivedAt;
  rhythm.gaps.push(gap);
  if (rhythm.gaps.length > remembered) rhythm.gaps.shift();
};

/** The usual time between two readings, ms: the median of the last ones. Undefined before the second reading. */
export const usualGap = ({ gaps }: Rhythm): number | undefined => median(gaps);

/**
 * How long after its last reading a device counts as silent, ms: three of its usual gaps, and what its readings are held
 * back on purpose.
 */
export const silentAfter = (rhythm: Rhythm, heldBackMs: number): number => {
  const usual = usualGap(rhythm);
  return heldBackMs + (usual === undefined ? unknownMs : Math.max(leastMs, missed * usual));
};

/** The usual time between ascending times, ms. */
export const usualGapOf = (times: Float64Array, length: number): number => {
  const gaps: number[] = [];
  for (let at = 1; at < length; at += 1) gaps.push((times[at] ?? 0) - (times[at - 1] ?? 0));
  return median(gaps) ?? Infinity;
};

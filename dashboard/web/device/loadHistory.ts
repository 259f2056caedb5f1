import type {
  ClientError,
  HistoryPage,
  HistoryRange,
  Result,
} from '../../../fanout/client/telemetryClient.ts';

export type HistoryReading = HistoryPage['readings'][number];

/** What is asked for first; then as much at a time as fits, by what came. */
const firstMs = 60_000;
const mostMs = 20 * 60_000;
const leastMs = 5_000;

/** `from`: everything recorded since then was brought, epoch ms; `isWhole`: that is as far back as was wished. */
export type Loaded = { ok: true; from: number; isWhole: boolean } | { ok: false; error: ClientError };

export type Loading = {
  readonly historyOf: (range: HistoryRange) => AsyncIterable<Result<HistoryPage>>;
  /** Epoch ms by the server's clock: from the second back to the first. */
  readonly oldest: number;
  readonly now: number;
  /** About so many readings at most. */
  readonly most: number;
  /** A stretch is complete: everything recorded since `from` is here. */
  readonly take: (readings: readonly HistoryReading[], from: number) => void;
  /** So many came so far. */
  readonly progress: (readings: number) => void;
  readonly isWanted: () => boolean;
};

/** Brings what is kept of a device, the newest first, a stretch at a time: so there is never a hole between them and now. */
export const loadHistory = async (loading: Loading): Promise<Loaded> => {
  const { historyOf, oldest, now, most, take, progress, isWanted } = loading;
  let [from, count, span] = [now, 0, firstMs];
  while (from > oldest) {
    const to = from === now ? {} : { to: from };
    const next = Math.max(oldest, from - span);
    const readings: HistoryReading[] = [];
    for await (const page of historyOf({ from: Math.floor(next), ...to })) {
      if (!page.ok) return page;
      if (!isWanted()) return { ok: true, from, isWhole: false };
      readings.push(...page.readings);
      progress(count + readings.length);
    }
    count += readings.length;
    take(readings, next);
    const perMs = readings.length / (from - next);
    from = next;
    span = Math.min(mostMs, perMs === 0 ? Infinity : (most - count) / perMs);
    if (span < leastMs) break;
  }
  return { ok: true, from, isWhole: from <= oldest };
};

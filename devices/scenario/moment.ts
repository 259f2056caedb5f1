import type { Book } from '../ledger/book.ts';
import { progressOf, type Progress } from '../progress.ts';
import type { Counts } from '../tally.ts';

type Where = {
  readonly phase: string;
  /** From 1; 0 before the first. */
  readonly number: number;
  /** Since the first phase began, ms. */
  readonly elapsedMs: number;
  readonly totalMs: number;
};

/** Where a run is. */
export type Moment = Where &
  Pick<
    Progress,
    | 'devices'
    | 'connected'
    | 'published'
    | 'acknowledged'
    | 'ackMs'
    | 'errors'
    | 'errorsByReason'
    | 'behaviours'
  > & {
    /** Updates handed out to viewers. */
    readonly delivered: number;
  };

export const momentOf = (counts: Counts, { soFar }: Pick<Book, 'soFar'>, where: Where): Moment => {
  const progress = progressOf(counts, where.elapsedMs / 1_000, null);
  const { connected, published, acknowledged, ackMs, errors, errorsByReason, behaviours } = progress;
  return {
    ...where,
    devices: soFar.scene.devices.length,
    ...{ connected, published, acknowledged, ackMs, errors, errorsByReason, behaviours },
    delivered: soFar.applied.length,
  };
};

import type { Reading } from './reading.ts';

/** Several readings of one device as one. */
export type Fold = {
  /** The newest of them. */
  readonly last: Reading;
  readonly count: number;
  /** Of every field that was a number, at the top of `data`. */
  readonly min: Readonly<Record<string, number>>;
  readonly max: Readonly<Record<string, number>>;
};

/** How far one connection has come with one device. */
export type Pace = {
  /** No update before this, epoch ms. */
  readonly nextAt: number;
  /** What waits for `nextAt`. */
  readonly pending?: Fold;
  /** The newest update sent: its reading's name, and its numbers at the top of `data`, for `changedBy`. */
  readonly sent?: { readonly name: string; readonly numbers: Readonly<Record<string, number>> };
  /** Readings that matched, and updates sent for them, since the connection first had this device. */
  readonly matched: number;
  readonly updates: number;
};

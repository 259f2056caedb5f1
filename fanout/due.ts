import { maySee } from './grants.ts';
import type { Subscription, Wish } from './ports.ts';
import type { Reading } from './reading.ts';
import { matches, usesLast } from './where.ts';

/** What one connection is due of one reading. */
export type Due =
  /** Nothing: no token is good any more, no grant covers the reading, or no `where` can match it. */
  | { verdict: 'tokenExpired' | 'notGranted' | 'filtered' }
  /** The reading itself, at once. */
  | { verdict: 'now' }
  /** What its pace says, by these wishes. */
  | { verdict: 'paced'; wishes: readonly Wish[] };

/**
 * What a connection is due, by its subscription rows that target this reading. Every row answers for itself, with its own
 * copy of token expiry and grants, whatever was checked when it was made. Whether `changedBy` holds, only the pace knows.
 *
 * @param now Epoch ms. A token is good until just before `tokenExpiresAt`.
 */
export const due = ({
  rows,
  reading,
  now,
}: {
  rows: readonly Subscription[];
  reading: Reading;
  now: number;
}): Due => {
  const alive = rows.filter(({ tokenExpiresAt }) => tokenExpiresAt > now);
  if (alive.length === 0) return { verdict: 'tokenExpired' };
  const granted = alive.filter(({ grants }) => maySee(grants, reading));
  if (granted.length === 0) return { verdict: 'notGranted' };
  // Without a last update `changedBy` holds wherever it ever can.
  const wishes = granted.filter(({ where }) => matches(where, reading.data));
  if (wishes.length === 0) return { verdict: 'filtered' };
  return wishes.some(isUnpaced) ? { verdict: 'now' } : { verdict: 'paced', wishes };
};

const isUnpaced = ({ where, maxRate }: Wish): boolean => maxRate === undefined && !usesLast(where);

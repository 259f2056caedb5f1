import { combine, fold, oldestOf, type Fold, type Numbers } from './fold.ts';
import { isNewer, nameOf, type Stamps } from './newest.ts';
import type { Wish } from './ports.ts';
import type { Reading } from './reading.ts';
import { matches, numbersOf } from './where.ts';

/** A fold, and when it was taken to be sent, epoch ms. */
type Sending = { readonly fold: Fold; readonly at: number };

/** How far one connection has come with one device. */
export type Pace = {
  /** No update before this, epoch ms. */
  readonly nextAt: number;
  /** What waits for `nextAt`. */
  readonly pending?: Fold;
  /**
   * What invocations have taken to send, until it is known what came of it: what stands for several readings, or what a
   * flush took. Where one fails in between, its repetition sends it, or whoever sends next 15 s later.
   */
  readonly sending?: readonly Sending[];
  /** The newest update sent. */
  readonly sent?: {
    /** Its reading's. */
    readonly name: string;
    readonly stamps: Stamps;
    /** At the top of its `data`, for `changedBy`. */
    readonly numbers: Numbers;
  };
  /** Readings that matched, and updates sent for them, since the connection first had this device. */
  readonly matched: number;
  readonly updates: number;
};

/** What a reading leads to. */
export type Step = {
  /** To be written; the very one given where nothing changed. */
  readonly pace: Pace;
  /** To be sent now. */
  readonly send?: Fold;
  /** When what waits is to be released, epoch ms. Absent where that is arranged already. */
  readonly flushAt?: number;
};

/**
 * The least time between two updates, ms, by the most permissive of the wishes that match: 0 where one of them has no
 * `maxRate`. Undefined where none matches.
 */
export const intervalOf = (
  wishes: readonly Wish[],
  data: Reading['data'],
  last?: Numbers,
): number | undefined => {
  let least: number | undefined;
  for (const { where, maxRate } of wishes) {
    if (!matches(where, data, last)) continue;
    const interval = maxRate === undefined ? 0 : Math.ceil(1_000 / maxRate);
    if (least === undefined || interval < least) least = interval;
  }
  return least;
};

const stampsOf = ({ ts, receivedAt, boot, seq }: Reading): Stamps => ({
  ts,
  receivedAt,
  ...(boot === undefined ? {} : { boot }),
  ...(seq === undefined ? {} : { seq }),
});

const sentOf = (last: Reading): Pace['sent'] & object => ({
  name: nameOf(last),
  stamps: stampsOf(last),
  numbers: numbersOf(last.data),
});

/** An invocation lasts 10 s at most: what it took longer ago, it did not send, or could not note. */
const abandonedMs = 15_000;
/** Remembered at a time. */
const mostSending = 8;

const isAbandoned =
  (now: number) =>
  ({ at }: Sending, n: number, all: readonly Sending[]): boolean =>
    now - at >= abandonedMs || n < all.length - mostSending;

/** What waits, with what others took and never sent; of what they are sending now, `sending` is left. */
const takeOver = ({ sending = [], ...pace }: Pace, waiting: Fold | undefined, now: number) => {
  const abandoned = sending.filter(isAbandoned(now)).map(({ fold: one }) => one);
  const all = waiting === undefined ? abandoned : [...abandoned, waiting];
  const left = sending.filter((one, n) => !isAbandoned(now)(one, n, sending));
  return {
    send: all.length === 0 ? undefined : all.reduce(combine),
    pace: left.length === 0 ? pace : { ...pace, sending: left },
  };
};

const alsoSending = (pace: Pace, send: Fold, now: number): Pace => ({
  ...pace,
  sending: [...(pace.sending ?? []), { fold: send, at: now }],
});

const isSame = (a: Fold, b: Fold): boolean => a.count === b.count && nameOf(a.last) === nameOf(b.last);

/** It is known what came of these. The very pace given where that changes nothing. */
export const sendingDone = (pace: Pace, done: readonly Fold[]): Pace => {
  const { sending = [], ...rest } = pace;
  const left = sending.filter(({ fold: one }) => !done.some((other) => isSame(one, other)));
  if (left.length === sending.length) return pace;
  return left.length === 0 ? rest : { ...rest, sending: left };
};

/** With nothing pending, and `sent` only ever newer: a late reading that goes out is not the last value. */
const afterSending = ({ pending: _, ...pace }: Pace, { last }: Fold, nextAt: number): Pace => ({
  ...pace,
  nextAt,
  sent: pace.sent !== undefined && !isNewer(last, pace.sent.stamps) ? pace.sent : sentOf(last),
  updates: pace.updates + 1,
});

/** The pace of a device of which nothing matched yet. */
export const nothingYet: Pace = { nextAt: 0, matched: 0, updates: 0 };

/**
 * What one reading means for a connection whose wishes are these. Undefined: none of them matches, nothing is to be done.
 * Write the pace first, then send or have it flushed.
 *
 * An invocation may fail after any of that and come again with the same reading. If it is the one sent, it is sent again
 * with all it stood for (the client drops what it had), and what the invocation never sent goes out with the next update
 * after 15 s at the latest. If it is the last one pending, it is not counted twice. Whatever is not newer than what pends may be such
 * a retry, so it arranges the flush again. Of an older one nothing remembers that it was folded: `count` may then be too
 * high by one.
 *
 * A reading older than the newest one sent goes out under its own stamps, in its turn, as it does where there is no
 * `maxRate`: it fills a gap. It never takes the place of `sent`. One older than what pends waits with it even when it is
 * time: only a reading that is the last of its fold can be recognized, and sent again, by its retry.
 */
export const step = (
  pace: Pace = nothingYet,
  reading: Reading,
  wishes: readonly Wish[],
  now: number,
  at = now,
): Step | undefined => {
  const name = nameOf(reading);
  const { pending, sending } = pace;
  const taken = sending?.find(({ fold: { last } }) => nameOf(last) === name);
  if (taken !== undefined) return { pace, send: taken.fold };
  if (pace.sent?.name === name) return { pace, send: fold(undefined, reading) };

  // Against what the viewer will have last: else a value that jumps and returns would stay jumped on the screen.
  const last = pending === undefined ? pace.sent?.numbers : numbersOf(pending.last.data);
  const interval = intervalOf(wishes, reading.data, last);
  if (interval === undefined) return undefined;

  const repeated = pending !== undefined && nameOf(pending.last) === name;
  const waiting = repeated ? pending : fold(pending, reading);
  const counted = repeated ? pace : { ...pace, matched: pace.matched + 1 };
  // A more permissive wish than the one that set it does not wait that long.
  const nextAt = Math.min(pace.nextAt, now + interval);
  const isLast = repeated || waiting.last === reading;
  if (at >= nextAt && isLast) {
    const { send = waiting, pace: left } = takeOver(counted, waiting, now);
    const next = afterSending(left, send, at + interval);
    // A reading that stands for itself alone comes again with its own invocation.
    return { pace: send.count > 1 ? alsoSending(next, send, now) : next, send };
  }

  const arranged = pending !== undefined && !repeated && isLast && nextAt === pace.nextAt;
  return {
    pace: { ...counted, nextAt, pending: waiting },
    ...(arranged ? {} : { flushAt: Math.max(now, nextAt) }),
  };
};

/** A reading went out past the pace, since a wish without one wanted it: what comes is measured against it. */
export const sentAtOnce = (pace: Pace = nothingYet, reading: Reading): Pace =>
  pace.sent !== undefined && !isNewer(reading, pace.sent.stamps) ? pace : { ...pace, sent: sentOf(reading) };

/** What could not be sent waits again, from `nextAt` on, with what has come since. */
export const putBack = (pace: Pace = nothingYet, unsent: readonly Fold[], nextAt: number): Pace => ({
  ...sendingDone(pace, unsent),
  nextAt,
  pending: [...unsent, ...(pace.pending === undefined ? [] : [pace.pending])].reduce(combine),
});

/** A flush may come this early: clocks differ, and delays are rounded. */
const earlyMs = 50;

/**
 * What pends, when it is time (or up to 50 ms before), with what was taken 15 s ago and never sent; and the pace with it as
 * `sending`. Undefined if there is nothing, or not yet: see {@link flushAgainAt}. Write the pace, then send: of a flush and
 * a reading that comes at the same moment one sends.
 *
 * @param intervalMs Of the wishes as they are now, see {@link intervalOf}.
 */
export const release = (
  pace: Pace,
  intervalMs: number,
  now: number,
): { send: Fold; pace: Pace } | undefined => {
  const isTime = pace.pending !== undefined && now >= pace.nextAt - earlyMs;
  const { send, pace: left } = takeOver(pace, isTime ? pace.pending : undefined, now);
  if (send === undefined) return undefined;
  const next = isTime ? afterSending(left, send, now + intervalMs) : left;
  return { send, pace: alsoSending(next, send, now) };
};

/** When a flush may find something, epoch ms; undefined where nothing waits and nobody is sending. */
export const flushAgainAt = ({ pending, nextAt, sending = [] }: Pace): number | undefined => {
  const times = [...(pending === undefined ? [] : [nextAt]), ...sending.map(({ at }) => at + abandonedMs)];
  return times.length === 0 ? undefined : Math.min(...times);
};

/** When the oldest was received of what is not known to have been sent, epoch ms. Undefined where all was. */
export const waitingSince = ({ pending, sending = [] }: Pace): number | undefined => {
  const waiting = [...sending.map(({ fold: one }) => one), ...(pending === undefined ? [] : [pending])];
  return waiting.length === 0 ? undefined : oldestOf(waiting);
};

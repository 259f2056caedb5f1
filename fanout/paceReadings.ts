import { fold, type Fold } from './fold.ts';
import { nothingYet, putBack, sendingDone, sentAtOnce, step, type Pace } from './pace.ts';
import type { Later, PaceKey, Paces, Wish } from './ports.ts';
import type { Reading } from './reading.ts';

/** Two invocations rarely meet on one viewer's row; eight times in a row they do not. */
const attempts = 8;

/** When what the edge was too busy for is tried again, ms: well within what a resumption goes back by. */
export const busyMs = 2_000;

export type PaceReadingPorts = {
  paces: Paces;
  later: Later;
  /** Epoch ms. */
  now: () => number;
};

/** A reading, and the wishes of the connection that may want it. */
export type Wished = { readonly reading: Reading; readonly wishes: readonly Wish[] };

/** What readings of one device mean for one connection. */
export type Paced = { readonly send: readonly Fold[]; readonly folded: number; readonly filtered: number };

/**
 * Decides with the row of this connection and device which of the readings go out now, with all that waited, and which wait
 * themselves. One read and one write, however many there are. The row is written before anything is sent, so that of
 * invocations that run side by side one sends. Readings that come again, since their invocation failed after the write, are
 * decided alike.
 *
 * @param wished Of one device, the oldest first.
 */
export const paceReadings =
  ({ paces, later, now }: Pick<PaceReadingPorts, 'paces' | 'now'> & { later: Pick<Later, 'flush'> }) =>
  async (key: PaceKey, wished: readonly Wished[]): Promise<Paced> => {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const found = await paces.find(key);
      const stepped = stepAll(found?.pace, wished, now());
      if (stepped.pace === undefined) return stepped;
      if (!(await paces.write(key, stepped.pace, found?.version))) continue;
      if (stepped.flushAt !== undefined && stepped.pace.pending !== undefined)
        await later.flush(key, Math.max(0, stepped.flushAt - now()));
      return stepped;
    }
    // Over the rate, but never lost.
    return { send: wished.map(({ reading }) => fold(undefined, reading)), folded: 0, filtered: 0 };
  };

/** Readings of one batch keep the distances in which they came, as far as a batch reaches back, ms. */
const batchMs = 1_500;

const stepAll = (
  pace: Pace | undefined,
  wished: readonly Wished[],
  now: number,
): Paced & { pace?: Pace; flushAt?: number } => {
  const send: Fold[] = [];
  let [folded, filtered, current, flushAt] = [0, 0, pace, undefined as number | undefined];
  let changed = false;
  const newest = Math.max(...wished.map(({ reading }) => reading.receivedAt));
  for (const { reading, wishes } of wished) {
    const at = now - Math.min(newest - reading.receivedAt, batchMs);
    const next = step(current, reading, wishes, now, at);
    if (next === undefined) {
      filtered += 1;
      continue;
    }
    changed = true;
    current = next.pace;
    if (next.send === undefined) folded += 1;
    else send.push(next.send);
    if (next.flushAt !== undefined) flushAt = Math.min(next.flushAt, flushAt ?? Infinity);
  }
  return {
    send,
    folded,
    filtered,
    ...(changed && current !== undefined ? { pace: current } : {}),
    ...(flushAt === undefined ? {} : { flushAt }),
  };
};

/** Changes a row, whoever else is at it; writes nothing where nothing changes. False where it is never left alone. */
export const changePace = async (
  paces: Paces,
  key: PaceKey,
  to: (pace: Pace | undefined) => Pace,
): Promise<boolean> => {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const found = await paces.find(key);
    const changed = to(found?.pace);
    if (changed === found?.pace || (await paces.write(key, changed, found?.version))) return true;
  }
  return false;
};

/** Has what the edge was too busy for sent later, with what comes meanwhile. False where its row is never left alone. */
export const tryLater =
  ({ paces, later, now }: PaceReadingPorts) =>
  async (key: PaceKey, unsent: readonly Fold[]): Promise<boolean> => {
    const isPutBack = await changePace(paces, key, (pace) => putBack(pace, unsent, now() + busyMs));
    if (isPutBack) await later.flush(key, busyMs);
    return isPutBack;
  };

/**
 * Notes that these updates of one device have come to an end, so that nobody sends them again. False where its row is never
 * left alone.
 */
export const noteEnded =
  ({ paces }: Pick<PaceReadingPorts, 'paces'>) =>
  async (key: PaceKey, ended: readonly Fold[]): Promise<boolean> =>
    ended.every(({ count }) => count === 1) ||
    changePace(paces, key, (pace = nothingYet) => sendingDone(pace, ended));

/** Notes that a reading went out at once, for the wishes of the same connection that compare with what was sent. */
export const noteSent =
  ({ paces }: Pick<PaceReadingPorts, 'paces'>) =>
  async (key: PaceKey, reading: Reading): Promise<void> => {
    await changePace(paces, key, (pace) => sentAtOnce(pace, reading));
  };

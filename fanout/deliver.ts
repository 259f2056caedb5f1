import pLimit from 'p-limit';
import { noDelivery, type Delivery } from './delivery.ts';
import { forgetAll, mayBeOpening } from './disconnect.ts';
import { due } from './due.ts';
import { groupBy } from './groupBy.ts';
import { lastOnes } from './lastOnes.ts';
import { byAge, nameOf } from './newest.ts';
import { combine, fold, type Fold } from './pace.ts';
import { noteSent, paceReadings, tryLater, type PaceReadingPorts, type Wished } from './paceReadings.ts';
import type { Connections, Subscription, Subscriptions } from './ports.ts';
import { pushUpdates, type PushUpdatesPorts } from './pushUpdates.ts';
import type { Reading } from './reading.ts';
import { resendAfterMs } from './resend.ts';
import { byConnection, keysOf, type TargetKey } from './target.ts';
import { updateOf } from './update.ts';
import { pieceOf, type Piece } from './updateFrames.ts';
import { usesLast } from './where.ts';

export type DeliverPorts = PaceReadingPorts &
  PushUpdatesPorts & {
    connections: Pick<Connections, 'closeAll'>;
    subscriptions: Pick<Subscriptions, 'byTarget' | 'delete'>;
    /** From 0 to 1. */
    random: () => number;
  };

/** Connections posted to at once. */
const concurrency = 64;
/** So many gone ones are forgotten at once; more of them by somebody else, so that the next reading is not held up. */
const forgottenAtOnce = 25;
/**
 * When an invocation has met so many gone ones, and has been at it for so many ms, what is left is for connections of which
 * nobody knows whether they are there. Those are posted to later, in peace: else an outage that cut thousands of viewers
 * would hold up the readings of those who are left, one invocation behind the other.
 */
const storm = { gone: 128, ms: 400 };
/** Connections remembered: those that took a post, and those that are gone. */
const remembered = 50_000;

/** A reading, and the rows of one connection that target it. */
type Pair = { readonly reading: Reading; readonly rows: readonly Subscription[] };

/** Something to be sent to one connection. */
type Sendable = {
  readonly piece: Piece;
  readonly fold: Fold;
  /** If it cannot be sent it waits for its pace, with what comes meanwhile. */
  readonly isPaced: boolean;
};

const pairsByConnection = (
  readings: readonly Reading[],
  rowsOf: (reading: Reading) => readonly Subscription[],
): Map<string, Pair[]> => {
  const pairs = readings.flatMap((reading) =>
    [...byConnection(rowsOf(reading))].map(([connectionId, rows]) => ({ connectionId, reading, rows })),
  );
  return groupBy(pairs, ({ connectionId }) => connectionId);
};

const byDevice = <T extends { readonly reading: Reading }>(items: readonly T[]): Map<string, T[]> =>
  groupBy(items, ({ reading }) => reading.deviceId);

/** As the rules engine had them. */
const inOrder = (readings: readonly Reading[]): Reading[] =>
  readings.toSorted((a, b) => a.receivedAt - b.receivedAt);

/**
 * Brings readings to every connection that subscribed to their device, region or type and may see them: what several of
 * them mean for one connection goes out together. Grants and token expiry are checked here, whatever was checked when the
 * subscription was made. One bad connection never fails the others. What cannot be sent by `until` (epoch ms), or what the
 * edge is too busy for, is sent later. Throws, after all posts have ended, only when a store or the push itself is down.
 */
export const deliver = ({ connections, subscriptions, random, ...ports }: DeliverPorts) => {
  const { now, later } = ports;
  // Known to this execution environment: whom to serve first, and for whom rows that are still cached are no use.
  const answering = lastOnes(remembered);
  const gone = lastOnes(remembered);
  const sendAll = pushUpdates(ports);

  const lookUp = async (readings: readonly Reading[]): Promise<(reading: Reading) => Subscription[]> => {
    const keys = [...new Set(readings.flatMap(keysOf))];
    const rows = await Promise.all(keys.map((key) => subscriptions.byTarget(key)));
    const byKey = new Map<TargetKey, Subscription[]>(keys.map((key, n) => [key, rows[n] ?? []]));
    return (reading) =>
      keysOf(reading)
        .flatMap((key) => byKey.get(key) ?? [])
        .filter(({ connectionId }) => !gone.has(connectionId));
  };

  /** What is due of these readings, and how many end otherwise. */
  const decide = async (
    connectionId: string,
    pairs: readonly Pair[],
    pieceFor: (reading: Reading) => Piece,
    delivery: Delivery,
  ): Promise<Sendable[]> => {
    const atOnce: Pair[] = [];
    const wished: Wished[] = [];
    for (const { reading, rows } of pairs) {
      const decision = due({ rows, reading, now: now() });
      if (decision.verdict === 'now') atOnce.push({ reading, rows });
      else if (decision.verdict === 'paced') wished.push({ reading, wishes: decision.wishes });
      else delivery[decision.verdict] += 1;
    }
    const compared = atOnce.filter(({ rows }) => rows.some(({ where }) => usesLast(where)));
    for (const [deviceId, ofDevice] of byDevice(compared)) {
      const newest = ofDevice.at(-1);
      if (newest !== undefined) await noteSent(ports)({ connectionId, deviceId }, newest.reading);
    }
    const paced: Fold[] = [];
    for (const [deviceId, ofDevice] of byDevice(wished)) {
      ofDevice.sort((a, b) => byAge(a.reading, b.reading));
      const { send, folded, filtered } = await paceReadings(ports)({ connectionId, deviceId }, ofDevice);
      delivery.folded += folded;
      delivery.filtered += filtered;
      paced.push(...send);
    }
    const sendable = [
      ...atOnce.map(({ reading }) => ({
        piece: pieceFor(reading),
        fold: fold(undefined, reading),
        isPaced: false,
      })),
      ...paced.map((one) => ({ piece: pieceOf(updateOf(one, now())), fold: one, isPaced: true })),
    ];
    return paced.length === 0
      ? sendable
      : sendable.sort((a, b) => a.fold.last.receivedAt - b.fold.last.receivedAt);
  };

  const putOff = async (connectionId: string, unsent: readonly Sendable[]): Promise<void> => {
    const paced = unsent.filter(({ isPaced }) => isPaced).map(({ fold: one }) => one);
    for (const [deviceId, folds] of groupBy(paced, ({ last }) => last.deviceId))
      await tryLater(ports)({ connectionId, deviceId }, folds.reduce(combine));
    const folds = unsent.filter(({ isPaced }) => !isPaced).map(({ fold: one }) => one);
    if (folds.length > 0)
      await later.resend({ connectionIds: [connectionId], folds, attempt: 1 }, resendAfterMs(1, random()));
  };

  /** The same for many, in one message for all that are owed the same. */
  const putOffAll = async (unasked: ReadonlyMap<string, readonly Sendable[]>): Promise<void> => {
    const same = groupBy([...unasked], ([, unsent]) =>
      unsent.map(({ fold: { last } }) => nameOf(last)).join(),
    );
    for (const group of same.values()) {
      const folds = group[0]?.[1].map(({ fold: one }) => one) ?? [];
      await later.resend(
        { connectionIds: group.map(([connectionId]) => connectionId), folds, attempt: 0 },
        0,
      );
    }
  };

  return async (readings: readonly Reading[], until: number): Promise<Delivery> => {
    const delivery = { ...noDelivery };
    const pairs = pairsByConnection(inOrder(readings), await lookUp(readings));
    const pieces = new Map<Reading, Piece>();
    const sentAt = now();
    const pieceFor = (reading: Reading): Piece => {
      const piece = pieces.get(reading) ?? pieceOf(updateOf(reading, sentAt));
      pieces.set(reading, piece);
      return piece;
    };
    const lost = new Map<string, Subscription[]>();
    const unasked = new Map<string, readonly Sendable[]>();
    const isStorm = (): boolean => lost.size >= storm.gone && now() - sentAt >= storm.ms;

    const deliverTo = async (connectionId: string, ofConnection: readonly Pair[]): Promise<void> => {
      const sendable = await decide(connectionId, ofConnection, pieceFor, delivery);
      if (isStorm() && !answering.has(connectionId) && sendable.every(({ isPaced }) => !isPaced)) {
        delivery.busy += sendable.length;
        unasked.set(connectionId, sendable);
        return;
      }
      const unsent: Sendable[] = [];
      for (const { outcome, due: sent } of await sendAll(connectionId, sendable, until)) {
        delivery[outcome] += sent.length;
        if (outcome === 'delivered') answering.add(connectionId);
        if (outcome === 'busy') unsent.push(...sent);
        if (outcome === 'gone')
          lost.set(
            connectionId,
            ofConnection.flatMap(({ rows }) => rows),
          );
      }
      if (unsent.length > 0) await putOff(connectionId, unsent);
    };

    const limit = pLimit(concurrency);
    // Those that answered last come first, so that many dead ones do not hold up the living.
    const [first, then] = [
      [...pairs].filter(([id]) => answering.has(id)),
      [...pairs].filter(([id]) => !answering.has(id)),
    ];
    const posts = [...first, ...then].map(([id, ofConnection]) => limit(() => deliverTo(id, ofConnection)));
    const ends = await Promise.allSettled(posts);

    const dead = [...lost].filter(([, rows]) => rows.every((row) => !mayBeOpening(row, now())));
    for (const [connectionId] of dead) {
      gone.add(connectionId);
      answering.delete(connectionId);
    }
    const seen = dead.flatMap(([, rows]) => rows);
    await (dead.length > forgottenAtOnce
      ? later.forget(seen)
      : forgetAll({ connections, subscriptions })(seen));
    await putOffAll(unasked);
    // Every post ends before one that threw is heard: an outage must not leave posts running behind a retry.
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return delivery;
  };
};

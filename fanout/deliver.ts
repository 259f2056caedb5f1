import { decide, type Pair } from './decide.ts';
import { noDelivery, type Delivery } from './delivery.ts';
import { forgetAll, mayBeOpening } from './disconnect.ts';
import { fold } from './fold.ts';
import { groupBy } from './groupBy.ts';
import { lastOnes } from './lastOnes.ts';
import { likeliestFirst } from './likeliest.ts';
import type { Connections, Subscription, Subscriptions } from './ports.ts';
import { pushUpdates, type PushUpdatesPorts } from './pushUpdates.ts';
import { noteEnded } from './paceReadings.ts';
import { putOff, type Owed, type PutOffPorts } from './putOff.ts';
import type { Reading } from './reading.ts';
import type { Sendable } from './sendable.ts';
import { byConnection, keysOf, type TargetKey } from './target.ts';
import { turns } from './turns.ts';
import { updateOf } from './update.ts';
import { pieceOf } from './updateFrames.ts';

export type DeliverPorts = PutOffPorts &
  PushUpdatesPorts & {
    connections: Pick<Connections, 'findAll' | 'deleteAll'>;
    subscriptions: Pick<Subscriptions, 'byTarget' | 'delete'>;
  };

/** Connections posted to at once; and as many groups of neighbours, so that the first answers tell of each. */
const concurrency = 64;
/** So many gone ones are forgotten at once; more of them by somebody else, so that the next reading is not held up. */
const forgottenAtOnce = 25;
/**
 * When an invocation has met so many gone ones, and has been at it for so many ms, what is left is for connections of which
 * nobody knows whether they are there. Those are posted to later, in peace, each when its turn comes: else an outage that cut
 * thousands of viewers would hold up the readings of those who are left, one invocation behind the other.
 */
const storm = { gone: 64, ms: 200 };
/** Connections remembered: those that took a post, and those that are gone. */
const remembered = 50_000;

const pairsByConnection = (
  readings: readonly Reading[],
  rowsOf: (reading: Reading) => readonly Subscription[],
): Map<string, Pair[]> => {
  const pairs = readings.flatMap((reading) =>
    [...byConnection(rowsOf(reading))].map(([connectionId, rows]) => ({ connectionId, reading, rows })),
  );
  return groupBy(pairs, ({ connectionId }) => connectionId);
};

const connectedAt = (pair: Pair | undefined): number => pair?.rows[0]?.connectedAt ?? 0;

/** As the rules engine had them. */
const inOrder = (readings: readonly Reading[]): Reading[] =>
  readings.toSorted((a, b) => a.receivedAt - b.receivedAt);

/** Each reading as an update, serialized once, whoever gets it. */
const wholes = (sentAt: number): ((reading: Reading) => Sendable) => {
  const made = new Map<Reading, Sendable>();
  return (reading) => {
    const whole = made.get(reading) ?? {
      piece: pieceOf(updateOf(reading, sentAt)),
      fold: fold(undefined, reading),
      isPaced: false,
    };
    made.set(reading, whole);
    return whole;
  };
};

/**
 * Brings readings to every connection that subscribed to their device, region or type and may see them: what several of
 * them mean for one connection goes out together. Grants and token expiry are checked here, whatever was checked when the
 * subscription was made. One bad connection never fails the others. What cannot be sent by `until` (epoch ms), or what the
 * edge is too busy for, is sent later. Throws, after all posts have ended, only when a store or the push itself is down.
 */
export const deliver = ({ connections, subscriptions, ...ports }: DeliverPorts) => {
  const { now, later, measure } = ports;
  // Known to this execution environment: whom to serve first, and for whom rows that are still cached are no use.
  const answering = lastOnes(remembered);
  const gone = lastOnes(remembered);
  const turn = turns(remembered);
  const push = pushUpdates(ports);

  const lookUp = async (readings: readonly Reading[]): Promise<(reading: Reading) => Subscription[]> => {
    const keys = [...new Set(readings.flatMap(keysOf))];
    const rows = await Promise.all(keys.map((key) => subscriptions.byTarget(key)));
    const byKey = new Map<TargetKey, Subscription[]>(keys.map((key, n) => [key, rows[n] ?? []]));
    return (reading) =>
      keysOf(reading)
        .flatMap((key) => byKey.get(key) ?? [])
        .filter(({ connectionId }) => !gone.has(connectionId));
  };

  /** By when they connected, so that neighbours are alike; the last ones first, as who was cut comes back with a new connection. */
  const newestFirst = (pairs: [string, Pair[]][]): [string, Pair[]][] =>
    pairs.sort(([, [a]], [, [b]]) => connectedAt(b) - connectedAt(a));

  /** Cleaning up is repeated by whoever meets the next 410, so it never fails a delivery that succeeded. */
  const forget = async (lost: ReadonlyMap<string, readonly Subscription[]>): Promise<void> => {
    for (const connectionId of lost.keys()) {
      gone.add(connectionId);
      answering.delete(connectionId);
    }
    const seen = [...lost.values()].flat();
    const forgetting =
      lost.size > forgottenAtOnce ? later.forget(seen) : forgetAll({ connections, subscriptions })(seen);
    await forgetting.catch(() => measure('ForgetFailed', 1));
  };

  /** Where nobody notes that an update went out, it goes out once more, and the client drops it. */
  const note = async (connectionId: string, ended: readonly Sendable[], until: number): Promise<void> => {
    const paced = ended.filter(({ isPaced }) => isPaced).map(({ fold }) => fold);
    for (const [deviceId, folds] of groupBy(paced, ({ last }) => last.deviceId)) {
      const isNoted =
        now() <= until && (await noteEnded(ports)({ connectionId, deviceId }, folds).catch(() => false));
      if (!isNoted) measure('NoteFailed', 1);
    }
  };

  return async (readings: readonly Reading[], until: number): Promise<Delivery> => {
    const delivery = { ...noDelivery };
    const begun = now();
    const wholeFor = wholes(begun);
    const lost = new Map<string, Subscription[]>();
    const owed: Owed[] = [];
    const takenAt = new Map<Reading, number>(); // When the last connection that took it had it.
    const isStorm = (): boolean => lost.size >= storm.gone && now() - begun >= storm.ms;
    /** How long what is for this connection has to wait, ms. */
    const waitOf = (connectionId: string, isDoubtful: boolean): number =>
      answering.has(connectionId)
        ? 0
        : (turn.wait(connectionId, begun) ?? (isDoubtful && isStorm() ? turn.next(connectionId, begun) : 0));

    /** Whether the connection is there; undefined if nobody asked it or it did not say. */
    const deliverTo = async (
      connectionId: string,
      pairs: readonly Pair[],
      isDoubtful: boolean,
    ): Promise<boolean | undefined> => {
      const rows = pairs.flatMap((pair) => pair.rows);
      const [row] = rows as [Subscription]; // No group is empty.
      const { sendable, notNow } = await decide(ports)(connectionId, pairs, wholeFor);
      for (const [end, count] of Object.entries(notNow) as [keyof typeof notNow, number][])
        delivery[end] += count;
      const waitMs = waitOf(connectionId, isDoubtful);
      if (waitMs > 0) {
        delivery.busy += sendable.length;
        owed.push({ connectionId, sendable, isAsked: false, waitMs });
        return undefined;
      }
      const pushed = await push(connectionId, sendable, until);
      const isEarly = mayBeOpening(row, now());
      const ends = pushed.map((end) =>
        end.outcome === 'gone' && isEarly ? { ...end, outcome: 'busy' as const } : end,
      );
      for (const { outcome, due } of ends) delivery[outcome] += due.length;
      const taken = ends.filter(({ outcome }) => outcome === 'delivered').flatMap(({ due }) => due);
      if (taken.length > 0) answering.add(connectionId);
      for (const { fold } of taken) takenAt.set(fold.last, now());
      if (ends.some(({ outcome }) => outcome === 'gone')) lost.set(connectionId, rows);
      const unsent = ends.filter(({ outcome }) => outcome === 'busy');
      const ended = ends.filter(({ outcome }) => outcome !== 'busy').flatMap(({ due }) => due);
      await note(connectionId, ended, until);
      if (unsent.length > 0)
        owed.push({
          connectionId,
          sendable: unsent.flatMap(({ due }) => due),
          isAsked: unsent.some(({ isAsked }) => isAsked),
        });
      const said = ends.find(({ outcome }) => outcome === 'delivered' || outcome === 'gone');
      return said && said.outcome === 'delivered';
    };

    const pairs = [...pairsByConnection(inOrder(readings), await lookUp(readings))];
    const known = pairs.filter(([connectionId]) => answering.has(connectionId));
    const unknown = pairs.filter(([connectionId]) => !answering.has(connectionId));
    /** One connection after the other; of those that nobody knows, the likeliest by what the others said. */
    function* inTurn(): Generator<() => Promise<void>> {
      for (const [connectionId, ofConnection] of known)
        yield async () => {
          await deliverTo(connectionId, ofConnection, false);
        };
      for (const { item, isDoubtful, tell } of likeliestFirst(newestFirst(unknown), concurrency))
        yield async () => tell(await deliverTo(...item, isDoubtful));
    }
    const failures: unknown[] = [];
    const deliveries = inTurn();
    // Who left this loop early would end the generator for all that share it.
    const deliverOneByOne = async (): Promise<void> => {
      for (const next of deliveries) await next().catch((error: unknown) => failures.push(error));
    };
    await Promise.all(Array.from({ length: concurrency }, deliverOneByOne));
    await putOff(ports)(owed, until);
    await forget(lost);
    // Every post ends before one that threw is heard: an outage must not leave posts running behind a retry.
    if (failures.length > 0) throw failures[0];
    for (const reading of readings) {
      const at = takenAt.get(reading);
      if (at !== undefined) measure('DeviceToPushMs', Math.max(0, at - reading.receivedAt));
    }
    return delivery;
  };
};

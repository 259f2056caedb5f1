import { mayEverSee } from '../grants.ts';
import { limits } from '../limits.ts';
import { pages } from '../pages.ts';
import type {
  Connections,
  Debts,
  Held,
  HeldSubscription,
  Paces,
  Subscription,
  Subscriptions,
  Wish,
} from '../ports.ts';
import type { ErrorFrame, Frame, RequestOf, SensorUpdate } from '../protocol.ts';
import { recordingMs } from '../recordingMs.ts';
import { rowOf, settle } from '../settle.ts';
import { keyOf } from '../target.ts';
import { usesLast } from '../where.ts';
import type { Answering } from './act.ts';
import { catchUp } from './catchUp.ts';
import type { HistoryPorts } from './recordedSince.ts';
import {
  idInUse,
  notGranted,
  sinceInFuture,
  tokenExpired,
  tooManySubscriptions,
  unknownConnection,
  unknownSubscription,
} from './refusals.ts';
import { snapshot } from './snapshot.ts';

export type SubscribePorts = HistoryPorts & {
  debts: Pick<Debts, 'since'>;
  paces: Pick<Paces, 'waitingSince'>;
  connections: Pick<Connections, 'claim' | 'find'>;
  subscriptions: Pick<Subscriptions, 'put' | 'delete'>;
  wait: (ms: number) => Promise<void>;
  subscriptionCacheMs: number;
};

const wished = (
  connectionId: string,
  { id, to, where, maxRate }: RequestOf<'subscribe'>,
): HeldSubscription => ({
  target: keyOf(to),
  connectionId,
  id,
  ...(where === undefined ? {} : { where }),
  ...(maxRate === undefined ? {} : { maxRate }),
});

const subscribed = (
  { action: _, since: __, previous: ___, snapshot: ____, ...asked }: RequestOf<'subscribe'>,
  at: number,
): Frame => ({ type: 'subscribed', ...asked, at });

/** Clocks differ. What is further ahead is of another unit, or another clock. */
const inFutureMs = 60_000;

/** For how long a reading may wait for its turn, ms. */
const pauseOf = ({ maxRate }: Wish): number => (maxRate === undefined ? 0 : Math.ceil(1_000 / maxRate));

const readingsIn = (updates: readonly SensorUpdate[]): number =>
  updates.reduce((sum, { folded }) => sum + (folded?.count ?? 1), 0);

/** Enters the subscription with its connection, then where delivery finds it. */
const enter = async (
  { connections, subscriptions }: SubscribePorts,
  subscription: HeldSubscription,
): Promise<Subscription | ErrorFrame> => {
  const { id } = subscription;
  const { outcome } = await connections.claim(subscription, limits.subscriptions);
  if (outcome === 'unknown') return unknownConnection(id);
  if (outcome === 'taken') return idInUse(id);
  if (outcome === 'full') return tooManySubscriptions(id);
  return (await settle({ connections, subscriptions })(subscription)) ?? unknownSubscription(id);
};

/** From when on something may be missing: longer ago than `since`, if the connection before is still owed something. */
const owedSince = async (
  { debts, paces, now }: SubscribePorts,
  { previous, maxRate, where }: RequestOf<'subscribe'>,
  since: number,
): Promise<number> => {
  if (previous === undefined) return since;
  const isPaced = maxRate !== undefined || usesLast(where);
  const owed = await Promise.all([
    debts.since(previous, now()),
    isPaced ? paces.waitingSince(previous) : undefined,
  ]);
  return Math.min(since, ...owed.map((at) => at ?? since));
};

/** The subscription as it is by now: other requests of the connection may have changed it, or its token. */
const asItIs = async (
  { connections, now }: SubscribePorts,
  { connectionId, id, target }: HeldSubscription,
): Promise<Subscription | ErrorFrame> => {
  const held = await connections.find(connectionId);
  if (held === undefined) return unknownConnection(id);
  const row = rowOf(held, { id, target });
  if (row === undefined) return unknownSubscription(id);
  return row.tokenExpiresAt <= now() ? tokenExpired(id) : row;
};

/**
 * `subscribe` → `subscribed`, a snapshot, what was missed, `live`.
 *
 * Why nothing is missed: filters remember who subscribed to a target for `subscriptionCacheMs` from the start of their
 * look-up. So that long after the row was written, no filter goes on without it; and a filter that did has recorded its
 * reading before it looked up, so that by then the history has it. From then on readings come by themselves, what was
 * recorded between is replayed. Readings may come twice, by both ways, under one name.
 *
 * With `since` the replay begins that much earlier (with `previous`, even before that, if that connection is owed
 * something older), and `resumed` says whether all of it was there. Where it was not, or
 * where too much came in between, a fresh snapshot follows, unless `snapshot` is false.
 */
export const subscribe = (ports: SubscribePorts) =>
  async function* ({ connection, subscriptions }: Held, request: RequestOf<'subscribe'>): Answering {
    const { now, wait, subscriptionCacheMs } = ports;
    const { id, to, since } = request;
    if (!mayEverSee(connection.grants, to)) return notGranted(id);
    if (since !== undefined && since > now() + inFutureMs) return sinceInFuture(id);
    const row = await enter(ports, wished(connection.connectionId, request));
    if ('type' in row) return row;
    const writtenAt = now();
    const completeAt = writtenAt + subscriptionCacheMs;
    yield subscribed(request, writtenAt);

    if (request.snapshot ?? since === undefined) yield* snapshot(ports)(row);
    await wait(Math.max(0, completeAt - now()));

    const current = await asItIs(ports, row);
    if ('type' in current) return current;
    // The token may be another by now, so whoever lets requests in does not know when it ends.
    const hasExpired = (): boolean => current.tokenExpiresAt <= now();
    // What was waiting for its turn waits in vain: by a wish that was replaced, or on a connection that was lost.
    const replaced = subscriptions.find((one) => one.id === id) ?? {};
    const begun = writtenAt - recordingMs - pauseOf(replaced);
    const lost =
      since === undefined
        ? begun
        : (await owedSince(ports, request, since)) - limits.resumeOverlapMs - pauseOf(request);
    const resuming = since !== undefined;
    const updates = await catchUp(ports)(current, { from: Math.min(begun, lost), resuming });
    if (updates === undefined) {
      yield { type: 'resumed', id, recovered: false, readings: 0 };
      if (request.snapshot === false) return { type: 'live', id, at: completeAt };
      for await (const frame of snapshot(ports)(current)) {
        if (hasExpired()) return tokenExpired(id);
        yield frame;
      }
      return { type: 'live', id, at: completeAt };
    }
    for (const batch of pages(updates, (page) => ({ type: 'sensor_batch', updates: [...page] }))) {
      if (hasExpired()) return tokenExpired(id);
      yield batch;
    }
    if (since !== undefined) yield { type: 'resumed', id, recovered: true, readings: readingsIn(updates) };
    return { type: 'live', id, at: writtenAt };
  };

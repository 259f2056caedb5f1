import pLimit from 'p-limit';
import { disconnect, forgetAll, mayBeOpening } from './disconnect.ts';
import { due } from './due.ts';
import { heldRowsFor } from './heldRowsFor.ts';
import type { Measure } from './metrics.ts';
import type { Connections, HangUp, Held, Later, Outcome, Push, Subscriptions, Unsent } from './ports.ts';
import { pushUpdates } from './pushUpdates.ts';
import { updateOf } from './update.ts';
import { pieceOf } from './updateFrames.ts';

export type ResendPorts = {
  connections: Pick<Connections, 'findAll' | 'close' | 'closeAll'>;
  subscriptions: Pick<Subscriptions, 'delete'>;
  later: Pick<Later, 'resend'>;
  push: Push;
  hangUp: HangUp;
  measure: Measure;
  /** Epoch ms. */
  now: () => number;
  /** From 0 to 1. */
  random: () => number;
};

/** Some two minutes in all. */
const attempts = 8;
const longestMs = 60_000;

/** Between the half and the whole of 1 s, 2 s, 4 s … 60 s: so that what was refused at once does not come back at once. */
export const resendAfterMs = (attempt: number, random: number): number =>
  Math.min(longestMs, 1_000 * 2 ** (attempt - 1)) * (0.5 + random / 2);

/** `unwanted`: it may not have it any more. `later`: it is tried again. `hungUp`: the connection was ended instead. */
export type Resent = Exclude<Outcome, 'busy'> | 'unwanted' | 'later' | 'hungUp';

/** Connections posted to at once. */
const concurrency = 64;

/**
 * Sends what the edge was too busy for to those connections that still want it and may see it. Where the edge stays too busy
 * for one for some two minutes, it ends that connection: a client then connects anew and resumes from the history, where
 * everything is; one that stayed connected would never know what it missed. By connection, what became of it.
 */
export const resend =
  ({ connections, subscriptions, later, hangUp, random, ...ports }: ResendPorts) =>
  async ({ connectionIds, folds, attempt }: Unsent, until: number): Promise<Map<string, Resent>> => {
    const { now, measure } = ports;
    const gone: Held[] = [];

    const resendTo = async (held: Held): Promise<Resent> => {
      const { connectionId } = held.connection;
      const wanted = folds.filter(({ last }) => {
        const { verdict } = due({ rows: heldRowsFor(held, last), reading: last, now: now() });
        return verdict === 'now' || verdict === 'paced';
      });
      if (wanted.length === 0) return 'unwanted';

      const sendable = wanted.map((fold) => ({ fold, piece: pieceOf(updateOf(fold, now())) }));
      const ends = await pushUpdates(ports)(connectionId, sendable, until);
      for (const { outcome, due: sent } of ends) if (outcome === 'delivered') measure('Resent', sent.length);
      if (ends.some(({ outcome }) => outcome === 'gone')) {
        gone.push(held);
        return 'gone';
      }
      const unsent = ends.filter(({ outcome }) => outcome === 'busy').flatMap(({ due: left }) => left);
      if (unsent.length === 0)
        return ends.some(({ outcome }) => outcome === 'refused') ? 'refused' : 'delivered';

      if (attempt >= attempts && (await hangUp(connectionId)) === 'done') {
        await disconnect({ connections, subscriptions })(connectionId);
        measure('HungUp', 1);
        return 'hungUp';
      }
      const again = {
        connectionIds: [connectionId],
        folds: unsent.map(({ fold }) => fold),
        attempt: attempt + 1,
      };
      await later.resend(again, resendAfterMs(again.attempt, random()));
      return 'later';
    };

    const limit = pLimit(concurrency);
    const found = await connections.findAll(connectionIds);
    const ends = new Map<string, Resent>(connectionIds.map((connectionId) => [connectionId, 'gone']));
    const settled = await Promise.allSettled(
      found.map((held) => limit(async () => ends.set(held.connection.connectionId, await resendTo(held)))),
    );
    const dead = gone.filter(({ connection }) => !mayBeOpening(connection, now()));
    await forgetAll({ connections, subscriptions })(dead.flatMap(({ subscriptions: rows }) => rows));
    // Every post ends before one that threw is heard.
    for (const end of settled) if (end.status === 'rejected') throw end.reason;
    return ends;
  };

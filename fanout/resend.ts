import pLimit from 'p-limit';
import { disconnect, forgetHeld, mayBeOpening } from './disconnect.ts';
import { due } from './due.ts';
import { heldRowsFor } from './heldRowsFor.ts';
import type { Connections, Debts, HangUp, Held, Outcome, Subscriptions, Unsent } from './ports.ts';
import { pushUpdates, type PushUpdatesPorts } from './pushUpdates.ts';
import { putOff, type Owed, type PutOffPorts } from './putOff.ts';
import { updateOf } from './update.ts';
import { pieceOf } from './updateFrames.ts';

export type ResendPorts = PutOffPorts &
  PushUpdatesPorts & {
    debts: Pick<Debts, 'owe' | 'oweAll' | 'pay'>;
    connections: Pick<Connections, 'findAll' | 'close' | 'deleteAll'>;
    subscriptions: Pick<Subscriptions, 'delete'>;
    hangUp: HangUp;
  };

/** Some two minutes in all. */
const attempts = 8;

/** `unwanted`: it may not have it any more. `later`: it is tried again. `hungUp`: the connection was ended instead. */
export type Resent = Exclude<Outcome, 'busy'> | 'unwanted' | 'later' | 'hungUp';

/** Connections posted to at once: fewer than by who has news, as this is not to hold that up. */
const concurrency = 4;

/**
 * Sends what the edge was too busy for to those connections that still want it and may see it. Where the edge stays too busy
 * for one for some two minutes, it ends that connection: a client then connects anew and resumes from the history, where
 * everything is; one that stayed connected would never know what it missed. By connection, what became of it.
 */
export const resend = ({ connections, subscriptions, hangUp, ...ports }: ResendPorts) => {
  const { now, measure, debts } = ports;
  const push = pushUpdates(ports);
  const limit = pLimit(concurrency); // Of all messages of an invocation together.

  const pay = async (connectionIds: readonly string[], debt: string | undefined): Promise<void> => {
    if (debt === undefined || connectionIds.length === 0) return;
    await debts.pay(connectionIds, debt).catch(() => measure('NoteFailed', connectionIds.length));
  };

  return async (
    { connectionIds, folds, attempt, debt }: Unsent,
    until: number,
  ): Promise<Map<string, Resent>> => {
    const gone: Held[] = [];
    const owed: Owed[] = [];

    const resendTo = async (held: Held): Promise<Resent> => {
      const { connectionId } = held.connection;
      const wanted = folds.filter(({ last }) => {
        const { verdict } = due({ rows: heldRowsFor(held, last), reading: last, now: now() });
        return verdict === 'now' || verdict === 'paced';
      });
      measure('NotResent', folds.length - wanted.length, 'unwanted');
      if (wanted.length === 0) return 'unwanted';

      const sendable = wanted.map((fold) => ({
        fold,
        piece: pieceOf(updateOf(fold, now())),
        isPaced: false,
      }));
      const ends = await push(connectionId, sendable, until);
      for (const { outcome, due: sent } of ends) {
        if (outcome === 'delivered') measure('Resent', sent.length);
        if (outcome === 'refused') measure('NotResent', sent.length, 'refused');
      }
      if (ends.some(({ outcome }) => outcome === 'gone') && !mayBeOpening(held.connection, now())) {
        measure('NotResent', wanted.length, 'gone');
        gone.push(held);
        return 'gone';
      }
      const unsent = ends.filter(({ outcome }) => outcome === 'busy' || outcome === 'gone');
      if (unsent.length === 0)
        return ends.some(({ outcome }) => outcome === 'refused') ? 'refused' : 'delivered';

      const isAsked = unsent.some((end) => end.isAsked);
      if (isAsked && attempt >= attempts && (await hangUp(connectionId)) === 'done') {
        await disconnect({ connections, subscriptions })(connectionId);
        measure('HungUp', 1);
        return 'hungUp';
      }
      owed.push({ connectionId, sendable: unsent.flatMap((end) => end.due), isAsked });
      return 'later';
    };

    const found = await connections.findAll(connectionIds);
    measure('NotResent', (connectionIds.length - found.length) * folds.length, 'gone');
    const ends = new Map<string, Resent>(connectionIds.map((connectionId) => [connectionId, 'gone']));
    const settled = await Promise.allSettled(
      found.map((held) => limit(async () => ends.set(held.connection.connectionId, await resendTo(held)))),
    );
    await putOff(ports)(owed, until, { attempts: attempt, debt });
    // A connection that is gone stays a creditor: its client may resume.
    const paid = [...ends].filter(([, end]) => end !== 'later' && end !== 'gone' && end !== 'hungUp');
    await pay(
      paid.map(([connectionId]) => connectionId),
      debt,
    );
    await forgetHeld({ connections, subscriptions })(gone).catch(
      () => measure('ForgetFailed', 1), // The next 410 repeats it.
    );
    // Every post ends before one that threw is heard.
    for (const end of settled) if (end.status === 'rejected') throw end.reason;
    return ends;
  };
};

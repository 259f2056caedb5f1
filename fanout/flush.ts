import { disconnect, mayBeOpening } from './disconnect.ts';
import { due } from './due.ts';
import { heldRowsFor } from './heldRowsFor.ts';
import type { Fold } from './fold.ts';
import type { Measure } from './metrics.ts';
import { flushAgainAt, intervalOf, nothingYet, putBack, release, sendingDone, type Pace } from './pace.ts';
import { busyMs, changePace } from './paceReadings.ts';
import {
  pushMs,
  type Connections,
  type Debts,
  type Held,
  type Later,
  type Outcome,
  type PaceKey,
  type Paces,
  type Push,
  type Subscriptions,
} from './ports.ts';
import { updateOf } from './update.ts';

export type FlushPorts = {
  connections: Pick<Connections, 'find' | 'close'>;
  subscriptions: Pick<Subscriptions, 'delete'>;
  paces: Paces;
  debts: Pick<Debts, 'owe'>;
  later: Pick<Later, 'flush' | 'resend'>;
  push: Push;
  measure: Measure;
  /** Epoch ms. */
  now: () => number;
};

/** `nothing`: it went out by other means. `early`: it will be looked at again. `unwanted`: nobody may have it any more. */
export type Flushed = Outcome | 'nothing' | 'early' | 'unwanted';

const attempts = 8;

const withoutWaiting = ({ pending: _, sending: __, ...pace }: Pace): Pace => pace;

/**
 * Sends what waits for one connection and device, if it is due: this is how the last value comes in the end, when no
 * reading follows. The row is written first, with what is being sent on it: so a reading that comes at the same moment
 * does not send it too, and a repetition after a failure does. Not begun where it might not end by `until` (epoch ms).
 */
export const flush =
  ({ connections, subscriptions, paces, push, debts, later, measure, now }: FlushPorts) =>
  async (key: PaceKey, until: number): Promise<Flushed> => {
    const sendLater = async (fold: Fold): Promise<void> => {
      const again = now() + busyMs;
      const isPutBack = await changePace(paces, key, (pace = nothingYet) => putBack(pace, [fold], again));
      if (isPutBack) return later.flush(key, busyMs);
      const connectionIds = [key.connectionId];
      const debt = crypto.randomUUID();
      await later.resend({ connectionIds, folds: [fold], attempt: 1, debt }, busyMs);
      await debts.owe(connectionIds, debt, fold.since, now());
    };

    const send = async ({ connection }: Held, fold: Fold): Promise<Outcome> => {
      const posted = await push(key.connectionId, JSON.stringify(updateOf(fold, now())));
      const outcome = posted === 'gone' && mayBeOpening(connection, now()) ? 'busy' : posted;
      if (outcome === 'busy') {
        await sendLater(fold);
        return outcome;
      }
      if (outcome === 'gone') await disconnect({ connections, subscriptions })(key.connectionId);
      await changePace(paces, key, (pace = nothingYet) => sendingDone(pace, [fold]));
      if (outcome === 'delivered') {
        measure('Posts', 1);
        measure('Resent', 1);
      } else measure('NotResent', 1, outcome);
      return outcome;
    };

    if (now() + pushMs > until) {
      measure('OutOfTime', 1);
      await later.flush(key, busyMs);
      return 'early';
    }
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const found = await paces.find(key);
      const waiting = found?.pace.pending ?? found?.pace.sending?.at(-1)?.fold;
      if (found === undefined || waiting === undefined) return 'nothing';

      const held = await connections.find(key.connectionId);
      const decision =
        held && due({ rows: heldRowsFor(held, waiting.last), reading: waiting.last, now: now() });
      if (held === undefined || (decision?.verdict !== 'now' && decision?.verdict !== 'paced')) {
        if (!(await paces.write(key, withoutWaiting(found.pace), found.version))) continue; // What came meanwhile may be wanted.
        measure('NotResent', 1, held === undefined ? 'gone' : 'unwanted');
        return 'unwanted';
      }
      const wishes = decision.verdict === 'paced' ? decision.wishes : [];
      const released = release(found.pace, intervalOf(wishes, waiting.last.data) ?? 0, now());
      if (released === undefined) {
        await later.flush(key, Math.max(0, (flushAgainAt(found.pace) ?? 0) - now()));
        return 'early';
      }
      if (!(await paces.write(key, released.pace, found.version))) continue;
      const { pending, nextAt } = released.pace;
      if (pending !== undefined) await later.flush(key, Math.max(0, nextAt - now()));
      return send(held, released.send);
    }
    await later.flush(key, busyMs);
    return 'early';
  };

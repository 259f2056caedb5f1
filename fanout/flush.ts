import { disconnect } from './disconnect.ts';
import { due } from './due.ts';
import { heldRowsFor } from './heldRowsFor.ts';
import { intervalOf, nothingYet, release, sendingDone, type Fold, type Pace } from './pace.ts';
import { busyMs, changePace, tryLater } from './paceReadings.ts';
import type { Connections, Later, Outcome, PaceKey, Paces, Push, Subscriptions } from './ports.ts';
import { updateOf } from './update.ts';

export type FlushPorts = {
  connections: Pick<Connections, 'find' | 'close'>;
  subscriptions: Pick<Subscriptions, 'delete'>;
  paces: Paces;
  later: Later;
  push: Push;
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
 * does not send it too, and a repetition after a failure does.
 */
export const flush =
  ({ connections, subscriptions, paces, push, ...ports }: FlushPorts) =>
  async (key: PaceKey): Promise<Flushed> => {
    const { later, now } = ports;

    const send = async (fold: Fold): Promise<Outcome> => {
      const outcome = await push(key.connectionId, JSON.stringify(updateOf(fold, now())));
      if (outcome === 'gone') await disconnect({ connections, subscriptions })(key.connectionId);
      await changePace(paces, key, (pace) => sendingDone(pace ?? nothingYet));
      if (outcome === 'busy') await tryLater({ paces, ...ports })(key, fold);
      return outcome;
    };

    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const found = await paces.find(key);
      const waiting = found?.pace.sending ?? found?.pace.pending;
      if (found === undefined || waiting === undefined) return 'nothing';

      const held = await connections.find(key.connectionId);
      const decision =
        held && due({ rows: heldRowsFor(held, waiting.last), reading: waiting.last, now: now() });
      if (decision?.verdict !== 'now' && decision?.verdict !== 'paced') {
        if (await paces.write(key, withoutWaiting(found.pace), found.version)) return 'unwanted';
        continue; // What came meanwhile may be wanted.
      }
      if (found.pace.sending !== undefined) return send(found.pace.sending);
      const wishes = decision.verdict === 'paced' ? decision.wishes : [];
      const released = release(found.pace, intervalOf(wishes, waiting.last.data) ?? 0, now());
      if (released === undefined) {
        await later.flush(key, Math.max(0, found.pace.nextAt - now()));
        return 'early';
      }
      if (await paces.write(key, released.pace, found.version)) return send(released.send);
    }
    await later.flush(key, busyMs);
    return 'early';
  };

import { disconnect } from './disconnect.ts';
import { due } from './due.ts';
import { intervalOf, release } from './pace.ts';
import type {
  Connections,
  Held,
  Later,
  Outcome,
  PaceKey,
  Paces,
  Push,
  Subscription,
  Subscriptions,
} from './ports.ts';
import type { Reading } from './reading.ts';
import { keysOf } from './target.ts';
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

/** The connection's subscriptions to this reading, as delivery knows them. */
const rowsFor = ({ connection, subscriptions }: Held, reading: Reading): Subscription[] => {
  const { principal: _, ...token } = connection;
  const keys = keysOf(reading);
  return subscriptions.filter(({ target }) => keys.includes(target)).map((held) => ({ ...held, ...token }));
};

/**
 * Sends what waits for one connection and device, if it is due: this is how the last value comes in the end, when no
 * reading follows. It is pushed first and noted second: a repetition brings the same update twice, which clients drop,
 * and never none.
 */
export const flush =
  ({ connections, subscriptions, paces, later, push, now }: FlushPorts) =>
  async (key: PaceKey): Promise<Flushed> => {
    for (let attempt = 0; ; attempt += 1) {
      const found = await paces.find(key);
      const pending = found?.pace.pending;
      if (found === undefined || pending === undefined) return 'nothing';

      const held = await connections.find(key.connectionId);
      const decision = held && due({ rows: rowsFor(held, pending.last), reading: pending.last, now: now() });
      if (decision?.verdict !== 'now' && decision?.verdict !== 'paced') {
        await paces.delete(key);
        return 'unwanted';
      }
      const wishes = decision.verdict === 'paced' ? decision.wishes : [];
      const released = release(found.pace, intervalOf(wishes, pending.last.data) ?? 0, now());
      if (released === undefined) {
        await later.flush(key, Math.max(0, found.pace.nextAt - now()));
        return 'early';
      }
      const outcome = await push(key.connectionId, JSON.stringify(updateOf(released.send, now())));
      if (outcome === 'gone') await disconnect({ connections, subscriptions })(key.connectionId);
      if (outcome !== 'delivered') return outcome;
      // A reading that came meanwhile has been folded in, so the fold goes out again rather than it stays behind.
      if ((await paces.write(key, released.pace, found.version)) || attempt === attempts) return outcome;
    }
  };

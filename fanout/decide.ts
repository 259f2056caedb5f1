import pLimit from 'p-limit';
import type { Delivery } from './delivery.ts';
import { due } from './due.ts';
import { groupBy } from './groupBy.ts';
import { byAge } from './newest.ts';
import { noteSent, paceReadings, type PaceReadingPorts, type Wished } from './paceReadings.ts';
import type { Subscription } from './ports.ts';
import type { Reading } from './reading.ts';
import type { Sendable } from './sendable.ts';
import { updateOf } from './update.ts';
import { pieceOf } from './updateFrames.ts';
import { usesLast } from './where.ts';

/** A reading, and the rows of one connection that target it. */
export type Pair = { readonly reading: Reading; readonly rows: readonly Subscription[] };

/** Why a reading is not sent now. */
type NotNow = Pick<Delivery, 'folded' | 'filtered' | 'notGranted' | 'tokenExpired'>;

/** Rows of one connection's paces read and written at once. */
const concurrency = 8;

const byDevice = <T extends { readonly reading: Reading }>(items: readonly T[]): Map<string, T[]> =>
  groupBy(items, ({ reading }) => reading.deviceId);

/**
 * What one connection is to be sent of these readings, in their order, and how many of them end otherwise.
 *
 * @param wholeFor The reading as it is sent to everybody who wants it whole.
 */
export const decide =
  (ports: PaceReadingPorts) =>
  async (
    connectionId: string,
    pairs: readonly Pair[],
    wholeFor: (reading: Reading) => Sendable,
  ): Promise<{ sendable: Sendable[]; notNow: NotNow }> => {
    const { now } = ports;
    const notNow: NotNow = { folded: 0, filtered: 0, notGranted: 0, tokenExpired: 0 };
    const atOnce: Pair[] = [];
    const wished: Wished[] = [];
    for (const { reading, rows } of pairs) {
      const decision = due({ rows, reading, now: now() });
      if (decision.verdict === 'now') atOnce.push({ reading, rows });
      else if (decision.verdict === 'paced') wished.push({ reading, wishes: decision.wishes });
      else notNow[decision.verdict] += 1;
    }

    const whole = atOnce.map(({ reading }) => wholeFor(reading));
    const compared = atOnce.filter(({ rows }) => rows.some(({ where }) => usesLast(where)));
    if (compared.length === 0 && wished.length === 0) return { sendable: whole, notNow };

    const limit = pLimit(concurrency);
    await limit.map(byDevice(compared), async ([deviceId, ofDevice]) => {
      const newest = ofDevice
        .map(({ reading }) => reading)
        .sort(byAge)
        .at(-1);
      if (newest !== undefined) await noteSent(ports)({ connectionId, deviceId }, newest);
    });
    const paced = await limit.map(byDevice(wished), ([deviceId, ofDevice]) =>
      paceReadings(ports)(
        { connectionId, deviceId },
        ofDevice.sort((a, b) => byAge(a.reading, b.reading)),
      ),
    );
    for (const { folded, filtered } of paced) {
      notNow.folded += folded;
      notNow.filtered += filtered;
    }

    const folds = paced
      .flatMap(({ send }) => send)
      .map((one) => ({ piece: pieceOf(updateOf(one, now())), fold: one, isPaced: true }));
    const sendable = [...whole, ...folds].sort((a, b) => a.fold.last.receivedAt - b.fold.last.receivedAt);
    return { sendable, notNow };
  };

import pLimit from 'p-limit';
import { groupBy } from './groupBy.ts';
import type { Measure } from './metrics.ts';
import { nameOf } from './newest.ts';
import { combine, type Fold } from './pace.ts';
import { tryLater, type PaceReadingPorts } from './paceReadings.ts';
import type { Debts } from './ports.ts';
import { resendAfterMs } from './resendAfterMs.ts';
import type { Sendable } from './sendable.ts';

/** What one connection could not be sent. */
export type Owed = {
  readonly connectionId: string;
  readonly sendable: readonly Sendable[];
  /** Whether the edge was asked. */
  readonly isAsked: boolean;
  /** If not, until when it is not to be asked, ms from now. */
  readonly waitMs?: number;
};

export type PutOffPorts = PaceReadingPorts & {
  debts: Pick<Debts, 'owe' | 'oweAll'>;
  measure: Measure;
  /** From 0 to 1. */
  random: () => number;
};

/** Rows written at once. */
const concurrency = 32;

/** What is left of an invocation after its last push, for this, ms. */
const patienceMs = 1_500;

/** By how much what is sent later may be late, ms. */
const lateMs = 30_000;

/** As the delay queue has it: few messages, each for many. */
const wholeSeconds = (ms: number): number => Math.ceil(ms / 1_000) * 1_000;

/**
 * Sees to it that what connections could not be sent is sent later: what has a pace waits with it; the rest is put into few
 * messages, one for all that are owed the same. Then it is remembered whom the edge was too busy for, so that a resumption
 * goes back far enough should the connection be lost meanwhile; as far as there is time, which is the first thing that an
 * edge that fails altogether takes. What the edge was not asked for yet is sent at once, well within what every resumption
 * goes back by, or else remembered of all together; what has a pace, a resumption finds there.
 *
 * @param until When the last push of the invocation had to end, epoch ms.
 * @param attempts How often the edge had been asked for it before.
 * @param debt As what it had been owed before.
 */
export const putOff =
  ({ debts, random, measure, ...ports }: PutOffPorts) =>
  async (
    owed: readonly Owed[],
    until: number,
    { attempts = 0, debt = crypto.randomUUID() }: { attempts?: number; debt?: string | undefined } = {},
  ): Promise<void> => {
    const { later, now } = ports;
    const limit = pLimit(concurrency);

    const whole: { connectionId: string; isAsked: boolean; waitMs: number; folds: Fold[] }[] = [];
    await limit.map(owed, async ({ connectionId, sendable, isAsked, waitMs = 0 }) => {
      const folds = sendable.filter(({ isPaced }) => !isPaced).map(({ fold }) => fold);
      const paced = sendable.filter(({ isPaced }) => isPaced).map(({ fold }) => fold);
      for (const [deviceId, ofDevice] of groupBy(paced, ({ last }) => last.deviceId)) {
        if (!(await tryLater(ports)({ connectionId, deviceId }, ofDevice)))
          folds.push(ofDevice.reduce(combine));
      }
      if (folds.length > 0) whole.push({ connectionId, isAsked, waitMs: wholeSeconds(waitMs), folds });
    });

    const same = groupBy(whole, ({ isAsked, waitMs, folds }) =>
      JSON.stringify([isAsked, waitMs, ...folds.map(({ last, count }) => [nameOf(last), count])]),
    );
    for (const group of same.values()) {
      const [{ isAsked, waitMs, folds } = { isAsked: false, waitMs: 0, folds: [] }] = group;
      const connectionIds = group.map(({ connectionId }) => connectionId);
      const attempt = isAsked ? attempts + 1 : attempts;
      // What nobody was owed need not be paid: in a storm that would hold up the living.
      const owing = attempt > 0 ? { debt } : {};
      await later.resend(
        { connectionIds, folds, attempt, ...owing },
        isAsked ? resendAfterMs(attempt, random()) : waitMs,
      );
    }
    const waiting = whole.filter(({ waitMs }) => waitMs > 0);
    if (waiting.length > 0) {
      const since = Math.min(...waiting.flatMap(({ folds }) => folds.map((fold) => fold.since)));
      const longestMs = Math.max(...waiting.map(({ waitMs }) => waitMs));
      await debts.oweAll(debt, since, now() + longestMs + lateMs);
    }
    for (const group of same.values()) {
      const asked = group.filter(({ isAsked }) => isAsked).map(({ connectionId }) => connectionId);
      const since = Math.min(...group.flatMap(({ folds }) => folds.map((fold) => fold.since)));
      if (asked.length === 0) continue;
      if (now() > until + patienceMs) measure('DebtsForgotten', asked.length);
      else await debts.owe(asked, debt, since, now());
    }
  };

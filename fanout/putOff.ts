import pLimit from 'p-limit';
import { groupBy } from './groupBy.ts';
import { limits } from './limits.ts';
import type { Measure } from './metrics.ts';
import { nameOf } from './newest.ts';
import { combine, oldestOf, type Fold } from './fold.ts';
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

/** By how much what is sent later may be late, ms: it fails once and is tried again after the queue's visibility time-out. */
const lateMs = 90_000;

/** What is sent so long after it was received, ms, or longer, may be older than what every resumption goes back by: it may be late. */
const recentMs = limits.resumeOverlapMs / 3;

/** Messages for the delay queue sent at once. */
const messagesAtOnce = 8;

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
    await pLimit(messagesAtOnce).map(same.values(), async (group) => {
      const [{ isAsked, waitMs, folds } = { isAsked: false, waitMs: 0, folds: [] }] = group;
      const connectionIds = group.map(({ connectionId }) => connectionId);
      const attempt = isAsked ? attempts + 1 : attempts;
      // What nobody was owed need not be paid: in a storm that would hold up the living.
      const owing = attempt > 0 ? { debt } : {};
      await later.resend(
        { connectionIds, folds, attempt, ...owing },
        isAsked ? resendAfterMs(attempt, random()) : waitMs,
      );
    });
    const late = whole.filter(
      ({ isAsked, waitMs, folds }) => !isAsked && now() + waitMs - oldestOf(folds) > recentMs,
    );
    if (late.length > 0) {
      const longestMs = late.reduce((longest, { waitMs }) => Math.max(longest, waitMs), 0);
      const since = oldestOf(late.flatMap(({ folds }) => folds));
      await debts.oweAll(debt, since, now() + longestMs + lateMs);
    }
    for (const group of same.values()) {
      const asked = group.filter(({ isAsked }) => isAsked).map(({ connectionId }) => connectionId);
      const since = oldestOf(group.flatMap(({ folds }) => folds));
      if (asked.length === 0) continue;
      if (now() > until + patienceMs) measure('DebtsForgotten', asked.length);
      else await debts.owe(asked, debt, since, now());
    }
  };

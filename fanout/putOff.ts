import pLimit from 'p-limit';
import { groupBy } from './groupBy.ts';
import { nameOf } from './newest.ts';
import { combine, type Fold } from './pace.ts';
import { tryLater, type PaceReadingPorts } from './paceReadings.ts';
import type { Debts } from './ports.ts';
import { resendAfterMs } from './resendAfterMs.ts';
import type { Sendable } from './sendable.ts';

/** What one connection could not be sent. */
export type Owed = {
  readonly connectionId: string;
  readonly principal: string;
  readonly sendable: readonly Sendable[];
  /** Whether the edge was asked. */
  readonly isAsked: boolean;
};

export type PutOffPorts = PaceReadingPorts & {
  debts: Pick<Debts, 'owe'>;
  /** From 0 to 1. */
  random: () => number;
};

/** Rows written at once. */
const concurrency = 32;

/** When the oldest of them was received, epoch ms. */
const oldestOf = (folds: readonly Fold[]): number =>
  folds.reduce((least, { last }) => Math.min(least, last.receivedAt), Infinity);

/**
 * Sees to it that what connections could not be sent is sent later: what has a pace waits with it; the rest is put into few
 * messages, one for all that are owed the same. Before that it is remembered whom something is owed, so that a resumption
 * goes back far enough should the connection be lost meanwhile.
 */
export const putOff =
  ({ debts, random, ...ports }: PutOffPorts) =>
  async (owed: readonly Owed[]): Promise<void> => {
    const { later, now } = ports;
    const limit = pLimit(concurrency);
    await limit.map(
      groupBy(owed, ({ principal }) => principal),
      ([principal, ofPrincipal]) =>
        debts.owe(
          principal,
          oldestOf(ofPrincipal.flatMap(({ sendable }) => sendable.map(({ fold }) => fold))),
          now(),
        ),
    );

    const whole: { connectionId: string; isAsked: boolean; folds: Fold[] }[] = [];
    await limit.map(owed, async ({ connectionId, sendable, isAsked }) => {
      const folds = sendable.filter(({ isPaced }) => !isPaced).map(({ fold }) => fold);
      const paced = sendable.filter(({ isPaced }) => isPaced).map(({ fold }) => fold);
      for (const [deviceId, ofDevice] of groupBy(paced, ({ last }) => last.deviceId)) {
        const one = ofDevice.reduce(combine);
        if (!(await tryLater(ports)({ connectionId, deviceId }, one))) folds.push(one);
      }
      if (folds.length > 0) whole.push({ connectionId, isAsked, folds });
    });

    const same = groupBy(whole, ({ isAsked, folds }) =>
      JSON.stringify([isAsked, ...folds.map(({ last, count }) => [nameOf(last), count])]),
    );
    for (const group of same.values()) {
      const [{ isAsked, folds } = { isAsked: false, folds: [] }] = group;
      const connectionIds = group.map(({ connectionId }) => connectionId);
      const attempt = isAsked ? 1 : 0;
      await later.resend({ connectionIds, folds, attempt }, isAsked ? resendAfterMs(1, random()) : 0);
    }
  };

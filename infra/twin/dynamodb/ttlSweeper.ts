import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../clock.ts';
import type { Report } from '../report.ts';
import { sweepExpired, type ExpiringTable } from './ttlSweep.ts';

/** How often expired items are looked for. AWS promises days; a minute keeps a laptop's tables tidy. */
export const sweepEveryMs = 60_000;

/** Deletes expired items, round after round. A round that fails is reported, and the next one comes all the same. */
export type TtlSweeper = {
  /** One round now, after the one under way if there is one; returns how many items went. */
  sweep: () => Promise<number>;
  /** Resolves when no round is under way any more. */
  close: () => Promise<void>;
};

export const startTtlSweeper = (
  client: DynamoDBClient,
  tables: readonly ExpiringTable[],
  clock: Clock,
  report: Report,
): TtlSweeper => {
  let round: Promise<number> = Promise.resolve(0);
  let cancel = (): void => undefined;
  let closed = false;

  const sweepAll = async (): Promise<number> => {
    let deleted = 0;
    for (const table of tables) {
      if (!closed) deleted += await sweepExpired(client, table, Math.floor(clock.now() / 1000));
    }
    return deleted;
  };
  const sweep = (): Promise<number> => {
    const next = round.then(sweepAll);
    round = next.catch(() => 0);
    return next;
  };
  const again = (): void => {
    if (!closed && tables.length > 0) cancel = clock.after(sweepEveryMs, repeat);
  };
  const repeat = (): void => {
    sweep()
      .catch((error: unknown) => report(`Expired items could not be deleted: ${String(error)}`))
      .finally(again);
  };

  again();
  return {
    sweep,
    close: async () => {
      closed = true;
      cancel();
      await round;
    },
  };
};

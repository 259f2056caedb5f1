import { waitBefore } from './backOff.ts';
import { after, alarm, type ClientClock } from './clock.ts';

const minuteMs = 60_000;

/**
 * When to begin with the next connection, for one that is cut at `closesAt`: 4 to 9 minutes before, so that viewers who
 * came together do not move together; of a short life somewhere in the second half. Epoch ms.
 *
 * @param random from 0 to below 1.
 */
export const rolloverAt = (now: number, closesAt: number, random: number): number =>
  Math.max(closesAt - (4 + 5 * random) * minuteMs, now + (closesAt - now) * (0.5 + 0.3 * random));

/** A failed attempt is followed by another after so many ms. */
const retryAfterMs = (failures: number): number => 5_000 + waitBefore(failures, Math.random());

export type Rollover = {
  /** A connection is open, and cut at `closesAt` (epoch ms by this client's clock). An earlier time counts. */
  plan: (closesAt: number) => void;
  cancel: () => void;
};

/**
 * Moves to another connection before the edge cuts this one. As long as that fails, this one is kept, until the cut;
 * then there is a reconnect like any other.
 *
 * @param move Opens the other connection and closes this one. Whether it could.
 */
export const rollover = ({ clock, move }: { clock: ClientClock; move: () => Promise<boolean> }): Rollover => {
  let cancelTimer = (): void => undefined;
  let planned: { closesAt: number } | undefined;

  const attempt = async (plan: { closesAt: number }, failures: number): Promise<void> => {
    // A laptop that slept through it finds the connection cut; there is nothing to move from.
    if (clock.now() >= plan.closesAt || (await move()) || plan !== planned) return;
    cancelTimer = after(clock, retryAfterMs(failures), () => void attempt(plan, failures + 1));
  };

  return {
    plan: (closesAt) => {
      if (planned !== undefined && planned.closesAt <= closesAt) return;
      cancelTimer();
      const plan = (planned = { closesAt });
      const at = rolloverAt(clock.now(), closesAt, Math.random());
      cancelTimer = alarm(clock, at, () => void attempt(plan, 1));
    },
    cancel: () => {
      cancelTimer();
      planned = undefined;
    },
  };
};

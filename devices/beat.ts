import type { Clock } from './clock.ts';
import { type Rhythm, slotAfter } from './schedule.ts';

export type Beat = {
  readonly rhythm: Rhythm;
  /** The rhythm's start on the clock's `elapsed`. */
  readonly startedAt: number;
  readonly action: () => void;
  /** Told how many moments had passed before we got to them. */
  readonly missed: (moments: number) => void;
};

/** Calls `action` at every moment of the rhythm. Returns what ends it. */
export const beat = (clock: Clock, { rhythm, startedAt, action, missed }: Beat): (() => void) => {
  const { periodMs } = rhythm;
  let cancel = (): void => undefined;
  const wait = (from: number, last?: number): void => {
    const { n, at } = slotAfter(rhythm, from - startedAt);
    if (last !== undefined) missed(n - last - 1);
    cancel = clock.after(startedAt + at - clock.elapsed(), () => {
      // First the next moment: the action may end the beat.
      // A timer may fire a little early; a fifth of a period keeps that from repeating the same moment.
      wait(clock.elapsed() + periodMs / 5, n);
      action();
    });
  };
  // A reading has just gone out: leave it half a period of room.
  wait(clock.elapsed() + periodMs / 2);
  return () => cancel();
};

import type { Clock } from './clock.ts';

/** How often to look who is due, and how many may begin then: 1,000 a second at most. */
const tickMs = 5;
const maxPerTick = 5;

type Due = { readonly at: number; readonly start: () => void };

/**
 * Starts each at its moment, in ms from now; `all` is in order. Where that would be too many at once, later: a process that
 * only opened connections would never come to hear that one of them is there. Returns what ends it.
 */
export const ramp = (clock: Clock, all: readonly Due[]): (() => void) => {
  const startedAt = clock.elapsed();
  let [next, cancel] = [0, (): void => undefined];
  const wait = (): void => {
    const due = all[next];
    if (due === undefined) return;
    cancel = clock.after(Math.max(tickMs, startedAt + due.at - clock.elapsed()), begin);
  };
  const begin = (): void => {
    const now = clock.elapsed() - startedAt;
    for (const { at, start } of all.slice(next, next + maxPerTick)) {
      if (at > now) break;
      next += 1;
      start();
    }
    wait();
  };
  cancel = clock.after(0, begin);
  return () => cancel();
};

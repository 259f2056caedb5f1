import type { Clock } from './clock.ts';

/** A clock for tests that stands still until it is told to go on. */
export const testClock = (now = 1_700_000_000_000) => {
  let elapsed = 0;
  let due: { at: number; action: () => void }[] = [];
  const clock: Clock = {
    now: () => now + elapsed,
    elapsed: () => elapsed,
    after: (ms, action) => {
      const timer = { at: elapsed + ms, action };
      due.push(timer);
      return () => void (due = due.filter((other) => other !== timer));
    },
  };
  /** Lets `ms` pass; every timer that comes due is called at its moment, and what it promised is kept. */
  const pass = async (ms: number): Promise<void> => {
    await settle();
    const end = elapsed + ms;
    for (;;) {
      const next = due.reduce<(typeof due)[number] | undefined>(
        (first, timer) => (first === undefined || timer.at < first.at ? timer : first),
        undefined,
      );
      if (next === undefined || next.at > end) break;
      elapsed = Math.max(elapsed, next.at);
      due = due.filter((timer) => timer !== next);
      next.action();
      await settle();
    }
    elapsed = end;
    await settle();
  };
  return { clock, pass };
};

/** After everything that was promised and can be kept. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

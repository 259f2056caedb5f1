import type { Clock } from '../clock.ts';

/** A clock whose timers can all be cancelled at once; after `stop` it starts no more. */
export const stoppableClock = (clock: Clock): Clock & { stop: () => void } => {
  const pending = new Set<() => void>();
  let stopped = false;
  return {
    ...clock,
    now: () => clock.now(),
    after: (ms, action) => {
      if (stopped) return () => undefined;
      const cancel = clock.after(ms, () => {
        pending.delete(cancel);
        action();
      });
      pending.add(cancel);
      return () => {
        pending.delete(cancel);
        cancel();
      };
    },
    stop: () => {
      stopped = true;
      for (const cancel of pending) cancel();
      pending.clear();
    },
  };
};

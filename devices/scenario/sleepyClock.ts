import type { ClientClock } from '../../fanout/client/telemetryClient.ts';

/** The clock of a laptop: its time goes on while it sleeps, its timers do not. */
export type SleepyClock = ClientClock & {
  readonly sleep: () => void;
  /** What fell due meanwhile happens now. */
  readonly wake: () => void;
};

export const sleepyClock = (): SleepyClock => {
  const due = new Set<() => void>();
  let isAsleep = false;
  return {
    now: () => Date.now(),
    setTimeout: (action, ms) => {
      const ring = (): void => {
        if (isAsleep) due.add(action);
        else action();
      };
      const timer = setTimeout(ring, ms);
      return () => {
        clearTimeout(timer);
        due.delete(action);
      };
    },
    // What comes back is what setTimeout above gave.
    clearTimeout: (cancel) => (cancel as (() => void) | undefined)?.(),
    sleep: () => (isAsleep = true),
    wake: () => {
      isAsleep = false;
      const actions = [...due];
      due.clear();
      for (const action of actions) action();
    },
  };
};

/**
 * Time as the twin sees it. Everything that waits (idle cut, two-hour cut, retries, TTL) asks this clock, so that a
 * test can make two hours pass in seconds. Timers never keep the process alive.
 */
export type Clock = {
  /** Epoch milliseconds on this clock. */
  now: () => number;
  /** Calls `action` once, `ms` of this clock's milliseconds from now. Returns what cancels it. */
  after: (ms: number, action: () => void) => () => void;
};

/** A clock that runs `speed` times as fast as the wall clock, starting from the present. `speed` > 0. */
export const scaledClock = (speed = 1): Clock => {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * speed,
    after: (ms, action) => {
      const timer = setTimeout(action, ms / speed).unref();
      return () => clearTimeout(timer);
    },
  };
};

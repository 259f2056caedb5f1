/** Time as the simulator sees it. */
export type Clock = {
  /** Epoch milliseconds: what goes into payloads. May jump when the machine's clock is set. */
  now: () => number;
  /** Milliseconds that only go forward, from an arbitrary start, with fractions: what intervals are measured with. */
  elapsed: () => number;
  /** Calls `action` once, in `ms` milliseconds. Returns what cancels it. */
  after: (ms: number, action: () => void) => () => void;
};

/** The machine's time. Its timers keep the process alive, so that devices without a connection go on trying. */
export const wallClock: Clock = {
  now: Date.now,
  elapsed: () => performance.now(),
  after: (ms, action) => {
    const timer = setTimeout(action, Math.ceil(ms));
    return () => clearTimeout(timer);
  },
};

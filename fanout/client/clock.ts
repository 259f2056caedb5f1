/** Where the client takes its time from. A test may give one that runs faster, or only when told. */
export type ClientClock = {
  /** Epoch ms. */
  now: () => number;
  /** As the global functions of these names. */
  setTimeout: (action: () => void, ms: number) => unknown;
  clearTimeout: (timer: unknown) => void;
};

export const wallClock: ClientClock = {
  now: () => Date.now(),
  setTimeout: (action, ms) => setTimeout(action, ms),
  // What comes back is what setTimeout above gave.
  clearTimeout: (timer) => clearTimeout(timer as Parameters<typeof clearTimeout>[0]),
};

/** Calls `action` once, in `ms`. Returns what cancels it. */
export const after = (clock: ClientClock, ms: number, action: () => void): (() => void) => {
  const timer = clock.setTimeout(action, ms);
  return () => clock.clearTimeout(timer);
};

const longestStepMs = 30_000;

/**
 * Calls `action` once, at `at` (epoch ms by this clock). A timer stands still while a laptop sleeps and cannot wait for
 * more than 24 days; so this one looks at the clock at least every 30 s. Returns what cancels it.
 */
export const alarm = (clock: ClientClock, at: number, action: () => void): (() => void) => {
  let cancel = (): void => undefined;
  const wait = (): void => {
    const rest = Math.max(0, Math.min(at - clock.now(), longestStepMs));
    cancel = after(clock, rest, () => (clock.now() < at ? wait() : action()));
  };
  wait();
  return () => cancel();
};

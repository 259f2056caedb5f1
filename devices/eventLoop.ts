import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How often it looks; what it sees contains that much. */
const resolutionMs = 10;

/** Begins to measure how late this process is for its timers; tells it as p99 in milliseconds. */
export const watchEventLoop = (): { p99: () => number; stop: () => void } => {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  return {
    p99: () => Math.max(0, (delay.count === 0 ? 0 : delay.percentile(99) / 1e6) - resolutionMs),
    stop: () => void delay.disable(),
  };
};

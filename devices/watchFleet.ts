import type { Clock } from './clock.ts';
import { noConnection } from './connectionAdvice.ts';
import type { DevicesError } from './devicesError.ts';
import { type Progress, progressOf } from './progress.ts';
import type { RunningFleet } from './startFleet.ts';
import type { Counts } from './tally.ts';
import { every, gate, within } from './timing.ts';

/** How long to wait for the first of all connections before calling the broker unreachable. */
const startMs = 5_000;

export type FleetWatch = {
  readonly clock: Clock;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly progressMs: number;
  /** For the message when it cannot be reached. */
  readonly broker: string;
};

/** What is needed of a fleet to watch it, whether it runs here or in other processes. */
export type WatchedFleet = Pick<RunningFleet, 'counts' | 'seconds' | 'connected' | 'over' | 'stop'> & {
  /** How late the fleet's process is for its timers: p99 in milliseconds. */
  readonly eventLoopMs?: () => number;
};

/** Whether nothing but behaviours keeps the devices from connecting: then that they do not is no sign. */
const staysAway = ({ lastError, behaviours }: Counts): boolean =>
  lastError === undefined && Object.keys(behaviours).length > 0;

/** The error for a broker of which no device got a connection. */
export const unreachable = (broker: string, { lastError, isRefused }: Counts): DevicesError =>
  noConnection(broker, { reason: lastError, isRefused });

/**
 * Watches a fleet until `signal` aborts or its duration is over, stops it, and tells how it went. Throws DevicesError
 * `broker_unreachable` when not one device has got a connection within 5 s; a broker that is lost later is waited for.
 */
export const watchFleet = async (
  { clock, onProgress, progressMs, broker }: FleetWatch,
  fleet: WatchedFleet,
  signal: AbortSignal,
): Promise<Progress> => {
  const progress = (counts: Counts): Progress =>
    progressOf(counts, fleet.seconds(), fleet.eventLoopMs?.() ?? null);
  const stop = gate();
  if (signal.aborted) stop.open();
  signal.addEventListener('abort', stop.open, { once: true });
  const stopProgress = every(clock, progressMs, () => onProgress?.(progress(fleet.counts())));
  const ended = Promise.race([fleet.over, stop.opened]);
  try {
    const came = await within(clock, startMs, Promise.race([fleet.connected, ended]));
    if (!came && !staysAway(fleet.counts())) throw unreachable(broker, fleet.counts());
    await ended;
  } finally {
    signal.removeEventListener('abort', stop.open);
    stopProgress();
    await fleet.stop();
  }
  const counts = await fleet.stop();
  // A run shorter than the wait for a connection.
  if (!signal.aborted && counts.published === 0 && counts.lastError !== undefined)
    throw unreachable(broker, counts);
  return progress(counts);
};

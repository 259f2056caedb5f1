import { type Clock, wallClock } from './clock.ts';
import { watchEventLoop } from './eventLoop.ts';
import type { Progress } from './progress.ts';
import { type ResolvedSettings, type SimulateSettings, withDefaults } from './settings.ts';
import { preparePart } from './preparePart.ts';
import type { Transport } from './transport.ts';
import { watchFleet } from './watchFleet.ts';

export type SimulateRun = {
  /** Ends the simulation, cleanly: 1.2 s after the last acknowledgement, 10.5 s at most. Without it only a duration ends it. */
  readonly signal?: AbortSignal | undefined;
  /** Called when all files are read and the first device is about to connect. */
  readonly onStart?: (() => void) | undefined;
  /** Called every `progressMs`. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Default 250. */
  readonly progressMs?: number;
  readonly clock?: Clock;
  /** Default: what `settings.connection` says. Not with workers, which have their own. */
  readonly transport?: Transport;
};

/** How a simulation went, and what repeats its devices. */
export type Summary = Progress & { readonly seed: string; readonly boot: number };

type Watch = Omit<Parameters<typeof watchFleet>[0], 'broker'>;

const inThisProcess = async (
  watch: Watch,
  settings: ResolvedSettings,
  { transport, onStart }: SimulateRun,
  signal: AbortSignal,
): Promise<Progress> => {
  const start = await preparePart({ clock: watch.clock, transport }, settings);
  // Only now: what it took to make the devices is no sign of how it goes.
  const eventLoop = watchEventLoop();
  onStart?.();
  const fleet = start();
  try {
    const { broker } = settings.connection;
    return await watchFleet({ ...watch, broker }, { ...fleet, eventLoopMs: eventLoop.p99 }, signal);
  } finally {
    eventLoop.stop();
  }
};

const inWorkers = async (
  watch: Watch,
  settings: ResolvedSettings,
  { onStart }: SimulateRun,
  signal: AbortSignal,
): Promise<Progress> => {
  const { prepareWorkers } = await import('./workers/prepareWorkers.ts');
  const start = await prepareWorkers(watch.clock, settings);
  onStart?.();
  const fleet = start();
  return watchFleet({ ...watch, broker: settings.connection.broker }, fleet, signal);
};

/**
 * Simulates a fleet of devices until the signal aborts or the duration is over. Resolves with the summary, also when
 * stopped. Rejects with DevicesError: `broker_unreachable` when the broker does not answer within 5 s of the start, or what
 * is wrong with the settings' files.
 */
export const simulate = async (settings: SimulateSettings = {}, run: SimulateRun = {}): Promise<Summary> => {
  const { clock = wallClock, onProgress, progressMs = 250, signal = new AbortController().signal } = run;
  const resolved = withDefaults(settings, clock.now());
  const watch = { clock, onProgress, progressMs };
  const progress =
    resolved.workers > 1
      ? await inWorkers(watch, resolved, run, signal)
      : await inThisProcess(watch, resolved, run, signal);
  return { ...progress, seed: resolved.seed, boot: resolved.boot };
};

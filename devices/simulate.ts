import { type Clock, wallClock } from './clock.ts';
import { fleetOf } from './fleet.ts';
import { mqttTransport } from './transports/mqtt.ts';
import { runFleet } from './runFleet.ts';
import { type SimulateSettings, withDefaults } from './settings.ts';
import type { Progress } from './progress.ts';
import type { Transport } from './transport.ts';

export type { Progress } from './progress.ts';
export type { SimulateSettings } from './settings.ts';

export type SimulateRun = {
  /** Ends the simulation, cleanly and within 1.5 s. Without it only a duration ends it. */
  readonly signal?: AbortSignal | undefined;
  /** Called every `progressMs`. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Default 250. */
  readonly progressMs?: number;
  readonly clock?: Clock;
  /** Default: MQTT to `settings.broker`. */
  readonly transport?: Transport;
};

/** How a simulation went, and what repeats its devices. */
export type Summary = Progress & { readonly seed: string; readonly boot: number };

/**
 * Simulates a fleet of devices until the signal aborts or the duration is over. Resolves with the summary, also when
 * stopped. Rejects with DevicesError `broker_unreachable` when the broker does not answer within 5 s of the start.
 */
export const simulate = async (settings: SimulateSettings = {}, run: SimulateRun = {}): Promise<Summary> => {
  const { clock = wallClock, onProgress, progressMs = 250, signal = new AbortController().signal } = run;
  const { devices, regions, seed, rate, boot, durationMs, broker } = withDefaults(settings, clock.now());
  const transport = run.transport ?? mqttTransport({ broker });
  const progress = await runFleet({ clock, transport, onProgress })(
    { fleet: fleetOf(devices, regions, seed), seed, rate, boot, durationMs, broker, progressMs },
    signal,
  );
  return { ...progress, seed, boot };
};

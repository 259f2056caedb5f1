import { DevicesError } from './devicesError.ts';
import { type Progress, progressOf } from './progress.ts';
import { type FleetPlan, type FleetPorts, type RunningFleet, startFleet } from './startFleet.ts';
import type { Counts } from './tally.ts';
import { every, gate, within } from './timing.ts';

/** How long to wait for the first of all connections before calling the broker unreachable. */
const startMs = 5_000;

export type WatchedPorts = FleetPorts & {
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** How late this process is for its timers: p99 in milliseconds. */
  readonly eventLoopMs?: (() => number) | undefined;
};

export type WatchedPlan = FleetPlan & {
  /** For the message when it cannot be reached. */
  readonly broker: string;
  readonly progressMs: number;
};

/** The error for a broker of which no device got a connection. */
export const unreachable = (broker: string, { lastError }: Pick<Counts, 'lastError'>): DevicesError =>
  new DevicesError(
    'broker_unreachable',
    `Cannot reach the MQTT broker at ${broker} (${lastError ?? 'no answer'}). Is the twin running? npm start`,
  );

/** Whether it is all about devices that are meant to be refused or away: then no connection is no sign. */
const mayStayAway = ({ connected, lastError, behaviours }: Counts): boolean =>
  connected === 0 && lastError === undefined && Object.keys(behaviours).length > 0;

const connects = async ({ clock }: FleetPorts, fleet: RunningFleet, stopped: Promise<void>) =>
  (await within(clock, startMs, Promise.race([fleet.connected, stopped]))) || mayStayAway(fleet.counts());

/**
 * Lets a fleet publish until `signal` aborts or the duration is over, then stops it (see {@link RunningFleet}), and tells
 * how it went. Throws DevicesError `broker_unreachable` when not one device has got a connection within 5 s; a broker that is
 * lost later is waited for.
 */
export const runFleet =
  (ports: WatchedPorts) =>
  async (plan: WatchedPlan, signal: AbortSignal): Promise<Progress> => {
    const { clock, onProgress, eventLoopMs } = ports;
    const stop = gate();
    if (signal.aborted) stop.open();
    signal.addEventListener('abort', stop.open, { once: true });

    const fleet = startFleet(ports, plan);
    const progress = (counts: Counts): Progress =>
      progressOf(counts, fleet.seconds(), eventLoopMs?.() ?? null);
    const stopProgress = every(clock, plan.progressMs, () => onProgress?.(progress(fleet.counts())));
    try {
      if (!(await connects(ports, fleet, stop.opened))) throw unreachable(plan.broker, fleet.counts());
      await Promise.race([fleet.over, stop.opened]);
    } finally {
      signal.removeEventListener('abort', stop.open);
      stopProgress();
      await fleet.stop();
    }
    return progress(await fleet.stop());
  };

import type { Clock } from './clock.ts';
import { DevicesError } from './devicesError.ts';
import type { Device } from './fleet.ts';
import { type RunningDevice, runDevice } from './runDevice.ts';
import { connectAt, rhythmOf } from './schedule.ts';
import { type Progress, type Tally, tally } from './tally.ts';
import type { Transport } from './transport.ts';

/** How long to wait for the first of all connections before calling the broker unreachable. */
const startMs = 5_000;
/** How long to wait for outstanding acknowledgements when stopping, and then for connections to close. */
const drainMs = 800;
const closeMs = 400;

export type FleetPorts = {
  readonly clock: Clock;
  readonly transport: Transport;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
};

export type FleetPlan = {
  readonly fleet: readonly Device[];
  /** Readings per second of each device. */
  readonly rate: number;
  readonly boot: number;
  /** Undefined: until the signal. */
  readonly durationMs: number | undefined;
  /** For the message when it cannot be reached. */
  readonly broker: string;
  readonly progressMs: number;
};

/** Something to wait for: resolved by `open`, once and for all. */
const gate = () => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
};

/** Whether `event` came within `ms`. */
const within = async (clock: Clock, ms: number, event: Promise<unknown>): Promise<boolean> => {
  const timeout = gate();
  const cancel = clock.after(ms, timeout.open);
  const came = await Promise.race([event.then(() => true), timeout.opened.then(() => false)]);
  cancel();
  return came;
};

const every = (clock: Clock, ms: number, action: () => void): (() => void) => {
  let cancel = (): void => undefined;
  const again = (): void => {
    cancel = clock.after(ms, () => {
      action();
      again();
    });
  };
  again();
  return () => cancel();
};

const unreachable = (broker: string, counts: Tally): DevicesError => {
  const reason = counts.lastError() ?? 'no answer';
  return new DevicesError(
    'broker_unreachable',
    `Cannot reach the MQTT broker at ${broker} (${reason}). Is the twin running? npm start`,
  );
};

/** Starts the devices one after the other, as the ramp says. */
const startFleet = (
  { clock, transport }: FleetPorts,
  { fleet, rate, boot }: FleetPlan,
  events: { tally: Tally; settled: () => void; connected: () => void },
) => {
  const startedAt = clock.elapsed();
  const running: RunningDevice[] = [];
  const cancels = fleet.map((device, index) =>
    clock.after(connectAt(index, fleet.length), () => {
      const rhythm = rhythmOf(index, fleet.length, rate);
      running.push(runDevice({ clock, transport, ...events }, { device, boot, rhythm, startedAt }));
    }),
  );
  return {
    seconds: () => (clock.elapsed() - startedAt) / 1_000,
    stop: () => {
      for (const cancel of cancels) cancel();
      for (const device of running) device.stop();
    },
    close: () => Promise.all(running.map((device) => device.close())),
  };
};

/**
 * Lets a fleet publish until `signal` aborts or the duration is over, then stops publishing, gives outstanding
 * acknowledgements 0.8 s, disconnects, and tells how it went. Throws DevicesError `broker_unreachable` when not one device
 * has got a connection within 5 s; a broker that is lost later is waited for.
 */
export const runFleet =
  (ports: FleetPorts) =>
  async (plan: FleetPlan, signal: AbortSignal): Promise<Progress> => {
    const { clock, onProgress } = ports;
    const [first, stop, idle] = [gate(), gate(), gate()];
    const counts = tally(plan.fleet.length);
    let isStopping = false;
    const settled = (): void => {
      if (isStopping && counts.waiting() === 0) idle.open();
    };
    if (signal.aborted) stop.open();
    signal.addEventListener('abort', stop.open, { once: true });

    const fleet = startFleet(ports, plan, { tally: counts, settled, connected: first.open });
    const stopProgress = every(clock, plan.progressMs, () => onProgress?.(counts.progress(fleet.seconds())));
    let seconds = 0;
    try {
      if (!(await within(clock, startMs, Promise.race([first.opened, stop.opened]))))
        throw unreachable(plan.broker, counts);
      await (plan.durationMs === undefined ? stop.opened : within(clock, plan.durationMs, stop.opened));
    } finally {
      signal.removeEventListener('abort', stop.open);
      stopProgress();
      fleet.stop();
      seconds = fleet.seconds();
      isStopping = true;
      settled();
      await within(clock, drainMs, idle.opened);
      await within(clock, closeMs, fleet.close());
    }
    return counts.progress(seconds);
  };

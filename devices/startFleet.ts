import type { Behaviour } from './behaviour/behaviour.ts';
import { concerned } from './behaviour/concerned.ts';
import type { Clock } from './clock.ts';
import type { Device } from './fleet.ts';
import { seedOf } from './models/noise.ts';
import { ramp } from './ramp.ts';
import { type RunningDevice, runDevice } from './runDevice.ts';
import { connectAt, rhythmOf } from './schedule.ts';
import type { ReadingEvent } from './sender.ts';
import { type Counts, tally } from './tally.ts';
import { gate, within } from './timing.ts';
import type { DeviceLogin, Transport } from './transport.ts';

/** When stopping: as long as acknowledgements come, at most; without any; and then for connections to close. */
const drainMs = 10_000;
const silenceMs = 800;
const closeMs = 400;

export type FleetPorts = {
  readonly clock: Clock;
  readonly transport: Transport;
  /** Told what happens to every message, twice: when it is attempted and when its fate is known. */
  readonly onReading?: ((event: ReadingEvent) => void) | undefined;
};

export type FleetPlan = {
  readonly fleet: readonly Device[];
  /** Of several processes that run one fleet, this one runs every `of`th device from `index`. Default: all. */
  readonly part?: { readonly index: number; readonly of: number };
  /** Readings per second of each device. */
  readonly rate: number;
  readonly boot: number;
  /** Settles whom behaviours concern, and when. */
  readonly seed: string;
  /** How long each device runs, from its place in the ramp. Undefined: until it is stopped. */
  readonly durationMs?: number | undefined;
  readonly behaviours?: readonly Behaviour[];
  /** How a device presents itself. Default: its id as the client identifier. */
  readonly login?: (device: Device) => DeviceLogin;
  /** How it does when it is to be refused. Default: with a wrong password. */
  readonly wrongLogin?: (device: Device) => DeviceLogin;
};

export type RunningFleet = {
  /**
   * The devices concerned behave so from now on, those not yet started included; what is returned ends it. The same calls
   * in the same order on the same seed concern the same devices.
   */
  apply: (behaviour: Behaviour) => () => void;
  counts: () => Counts;
  /** Since the start, until publishing stopped. */
  seconds: () => number;
  /** Resolves with the first connection of any device. */
  connected: Promise<void>;
  /** Resolves when every device has run for the plan's duration. */
  over: Promise<void>;
  /**
   * Stops publishing, lifts every behaviour and waits for what is outstanding for as long as acknowledgements come (0.8 s
   * without any, 10 s in all), then closes. Resolves with what it came to; again and again the same. Never rejects.
   */
  stop: () => Promise<Counts>;
};

const loginOf = ({ id }: Device): DeviceLogin => ({ clientId: id });
const wrongLoginOf = ({ id }: Device): DeviceLogin => ({
  clientId: id,
  username: 'nobody',
  password: 'wrong',
});

/** Waits until nothing is outstanding or nobody answers any more. */
const drain = async (clock: Clock, waiting: () => number, idle: Promise<void>): Promise<void> => {
  const endsAt = clock.elapsed() + drainMs;
  for (let left = Infinity; waiting() < left && clock.elapsed() < endsAt;) {
    left = waiting();
    if (left === 0 || (await within(clock, silenceMs, idle))) return;
  }
};

/** Starts the devices one after the other, as the ramp says, and lets them publish until they are stopped. */
export const startFleet = (ports: FleetPorts, plan: FleetPlan): RunningFleet => {
  const { clock } = ports;
  const { fleet, rate, boot, seed, durationMs, login = loginOf, wrongLogin = wrongLoginOf } = plan;
  const { index: own, of } = plan.part ?? { index: 0, of: 1 };
  const mine = fleet.map((device, index) => ({ device, index })).filter(({ index }) => index % of === own);
  const counts = tally(mine.length);
  const [first, over, idle] = [gate(), gate(), gate()];
  const startedAt = clock.elapsed();
  let stoppedAt: number | undefined;
  let stopping: Promise<Counts> | undefined;
  let applied = 0;

  const settled = (): void => {
    if (stoppedAt !== undefined && counts.waiting() === 0) idle.open();
  };
  const running = new Map<string, RunningDevice>();
  const cancels: (() => void)[] = [];
  let left = mine.length;
  const end = (device: RunningDevice): void => {
    device.stop();
    if (--left === 0) over.open();
  };
  const due = mine.map(({ device, index }) => {
    const runs = runDevice(
      { ...ports, tally: counts, settled, connected: first.open },
      {
        device,
        boot,
        rhythm: rhythmOf(index, fleet.length, rate),
        startedAt,
        login: login(device),
        wrongLogin: () => wrongLogin(device),
      },
    );
    running.set(device.id, runs);
    const start = (): void => {
      runs.start();
      if (durationMs !== undefined) cancels.push(clock.after(durationMs, () => end(runs)));
    };
    return { at: connectAt(index, fleet.length), start };
  });

  const apply: RunningFleet['apply'] = (behaviour) => {
    const name = `${seed}/${behaviour.kind}/${applied++}`;
    const ends = [...concerned(fleet, behaviour.whom ?? {}, name)].flatMap((id) => {
      const device = running.get(id);
      return device === undefined ? [] : [device.apply(behaviour, seedOf(`${name}/${id}`))];
    });
    return () => {
      for (const end of ends) end();
    };
  };
  for (const behaviour of plan.behaviours ?? []) apply(behaviour);
  cancels.push(ramp(clock, due));

  const stop = async (): Promise<Counts> => {
    stoppedAt = clock.elapsed();
    over.open();
    for (const cancel of cancels) cancel();
    const devices = [...running.values()];
    for (const device of devices) device.stop();
    settled();
    await drain(clock, counts.waiting, idle.opened);
    await within(clock, closeMs, Promise.all(devices.map((device) => device.close())));
    return counts.counts();
  };
  return {
    apply,
    counts: counts.counts,
    seconds: () => ((stoppedAt ?? clock.elapsed()) - startedAt) / 1_000,
    connected: first.opened,
    over: over.opened,
    stop: () => (stopping ??= stop()),
  };
};

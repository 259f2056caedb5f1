import type { Behaviour } from './behaviour/behaviour.ts';
import { concerned } from './behaviour/concerned.ts';
import type { Clock } from './clock.ts';
import { closeAll, drain } from './drain.ts';
import type { Device } from './fleet.ts';
import { seedOf } from './models/noise.ts';
import { ramp } from './ramp.ts';
import { type DevicePorts, type RunningDevice, runDevice } from './runDevice.ts';
import { connectAt, rhythmOf } from './schedule.ts';
import type { ReadingEvent } from './sender.ts';
import { type Counts, tally } from './tally.ts';
import { gate } from './timing.ts';
import type { DeviceLogin, Transport } from './transport.ts';

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
  /** Resolves when every device has run for the plan's duration; at once where this process runs none. */
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

type Member = { readonly index: number; readonly runs: RunningDevice };

/** The devices that this process runs, each with its place in the whole fleet. */
const ownOf = ({ fleet, part = { index: 0, of: 1 } }: FleetPlan) =>
  fleet.map((device, index) => ({ device, index })).filter(({ index }) => index % part.of === part.index);

/** By id. None is started. */
const createMembers = (
  ports: DevicePorts,
  { fleet, rate, boot, ...plan }: FleetPlan,
  own: ReturnType<typeof ownOf>,
): ReadonlyMap<string, Member> => {
  const { login = loginOf, wrongLogin = wrongLoginOf } = plan;
  const startedAt = ports.clock.elapsed();
  const memberOf = ({ device, index }: (typeof own)[number]): Member => {
    const rhythm = rhythmOf(index, fleet.length, rate);
    const wrong = (): DeviceLogin => wrongLogin(device);
    const life = { device, boot, rhythm, startedAt, login: login(device), wrongLogin: wrong };
    return { index, runs: runDevice(ports, life) };
  };
  return new Map(own.map((one) => [one.device.id, memberOf(one)]));
};

/** Whom a behaviour concerns is settled over the whole fleet, so that processes that share one agree. */
const applyTo = ({ fleet, seed }: FleetPlan, members: ReadonlyMap<string, Member>): RunningFleet['apply'] => {
  let applied = 0;
  return (behaviour) => {
    const name = `${seed}/${behaviour.kind}/${applied++}`;
    const ends = [...concerned(fleet, behaviour.whom ?? {}, name)].flatMap((id) => {
      const member = members.get(id);
      return member === undefined ? [] : [member.runs.apply(behaviour, seedOf(`${name}/${id}`))];
    });
    return () => {
      for (const end of ends) end();
    };
  };
};

/** Starts each device at its place in the ramp, stops it when it has run for the duration, and tells when all have. Returns what ends it. */
const startMembers = (
  clock: Clock,
  { fleet, durationMs }: FleetPlan,
  members: readonly Member[],
  over: () => void,
): (() => void) => {
  const cancels: (() => void)[] = [];
  let left = members.length;
  if (left === 0) over();
  const end = (runs: RunningDevice): void => {
    runs.stop();
    if (--left === 0) over();
  };
  const start = (runs: RunningDevice): void => {
    runs.start();
    if (durationMs !== undefined) cancels.push(clock.after(durationMs, () => end(runs)));
  };
  const due = members.map(({ index, runs }) => ({
    at: connectAt(index, fleet.length),
    start: () => start(runs),
  }));
  cancels.push(ramp(clock, due));
  return () => {
    for (const cancel of cancels) cancel();
  };
};

/** Starts the devices one after the other, as the ramp says, and lets them publish until they are stopped. */
export const startFleet = (ports: FleetPorts, plan: FleetPlan): RunningFleet => {
  const { clock } = ports;
  const own = ownOf(plan);
  const counts = tally(own.length);
  const [first, over, idle] = [gate(), gate(), gate()];
  const startedAt = clock.elapsed();
  let stoppedAt: number | undefined;
  let stopping: Promise<Counts> | undefined;

  const settled = (): void => {
    if (stoppedAt !== undefined && counts.waiting() === 0) idle.open();
  };
  const byId = createMembers({ ...ports, tally: counts, settled, connected: first.open }, plan, own);
  const members = [...byId.values()];
  const devices = members.map(({ runs }) => runs);
  const apply = applyTo(plan, byId);
  for (const behaviour of plan.behaviours ?? []) apply(behaviour);
  const endRuns = startMembers(clock, plan, members, over.open);

  const stop = async (): Promise<Counts> => {
    stoppedAt = clock.elapsed();
    over.open();
    endRuns();
    for (const device of devices) device.stop();
    settled();
    await drain(clock, { waiting: counts.waiting, idle: idle.opened });
    await closeAll(clock, devices);
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

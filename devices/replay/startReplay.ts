import { telemetryTopic } from '../../ingest/topic.ts';
import type { Clock } from '../clock.ts';
import { DevicesError } from '../devicesError.ts';
import { closeAll, drain } from '../drain.ts';
import { type Link, createLink } from '../link.ts';
import { watchSilence } from '../silence.ts';
import { type Counts, type Tally, tally } from '../tally.ts';
import { gate } from '../timing.ts';
import type { Transport } from '../transport.ts';
import type { WatchedFleet } from '../watchFleet.ts';
import type { Recorded } from './mapping.ts';
import { type Pace, scheduleOf } from './pace.ts';
import { payloadOf } from './payload.ts';
import { spacing } from './spacing.ts';

export type ReplayPlan = {
  readonly readings: () => AsyncGenerator<Recorded>;
  readonly pace: Pace;
  readonly isLooped: boolean;
  readonly isOriginalTime: boolean;
  readonly boot: number;
};

/** Devices of one recording, a connection each. */
const maxDevices = 5_000;
/** Messages that may wait for their acknowledgement, over all devices; then the replay waits. Less than a device's buffer. */
const maxWaiting = 500;
/** Timers hold 24 days; a recording may pause longer. */
const longestSleepMs = 3_600_000;
/** Something that waits until it is woken, or for a time. No promise outlives its wait, however many there are. */
const sleeper = (clock: Clock) => {
  let wake = (): void => undefined;
  const sleep = (ms?: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = ms === undefined ? () => undefined : clock.after(ms, () => wake());
      wake = () => {
        wake = () => undefined;
        cancel();
        resolve();
      };
    });
  return { sleep, wake: () => wake() };
};

type Said = { readonly link: Link; seq: number };

/** The devices of a recording, of whom each connects when it is first asked for. Throws DevicesError when they are too many. */
const createCast = (ports: Parameters<typeof createLink>[0], connected: () => void) => {
  const devices = new Map<string, Said>();
  const join = (id: string): Said => {
    if (devices.size >= maxDevices)
      throw new DevicesError(
        'bad_file',
        `The recording has more than ${maxDevices} devices: use --from and --to, or another --device-column.`,
      );
    const device = { link: createLink(ports, connected), seq: 0 };
    devices.set(id, device);
    device.link.open({ login: { clientId: id }, isWrong: false });
    return device;
  };
  return {
    named: (id: string): Said => devices.get(id) ?? join(id),
    links: (): readonly Link[] => [...devices.values()].map(({ link }) => link),
    count: (): number => devices.size,
  };
};

type Stage = {
  readonly clock: Clock;
  readonly counts: Tally;
  /** Called whenever the fate of a message is known. */
  readonly settled: () => void;
};

/** Publishes readings as those of now, and counts what becomes of them. */
const createVoice = ({ clock, counts, settled }: Stage, { pace, boot, isOriginalTime }: ReplayPlan) => {
  const speed = 'speed' in pace ? pace.speed : 1;
  const epoch = clock.now();
  return async (device: Said, reading: Recorded, due: number): Promise<void> => {
    const stamp = { dueAt: epoch + due, seq: device.seq++, boot, speed, isOriginal: isOriginalTime };
    const topic = telemetryTopic(reading.region, reading.device);
    const sentAt = clock.elapsed();
    counts.published();
    const fate = await device.link.publish({ topic, payload: payloadOf(reading, stamp) });
    counts.settled(fate, clock.elapsed() - sentAt);
    settled();
  };
};

/** Waits until the moment has come, in ms after now, and there is room; or until it is stopped. */
const createTurns = (clock: Clock, waiting: () => number) => {
  const { sleep, wake } = sleeper(clock);
  const startedAt = clock.elapsed();
  let isStopped = false;
  return {
    ready: async (due: number): Promise<void> => {
      for (let left = Infinity; !isStopped && left > 0;) {
        left = startedAt + due - clock.elapsed();
        if (left > 0) await sleep(Math.min(left, longestSleepMs));
      }
      while (!isStopped && waiting() >= maxWaiting) await sleep();
    },
    settled: () => {
      if (waiting() < maxWaiting) wake();
    },
    stop: () => {
      isStopped = true;
      wake();
    },
  };
};

/**
 * Lets the devices of a recording say again what they said, each over a connection of its own, which begins with its first
 * reading and publishes 100 readings a second at most. Where the broker is away or slow the replay waits: nothing is
 * dropped. `over` resolves when all is acknowledged, or when a broker that holds connections has answered nothing for 30 s;
 * it rejects with what reading throws, or DevicesError `bad_file` when there are more than 5,000 devices.
 */
export const startReplay = (
  { clock, transport }: { readonly clock: Clock; readonly transport: Transport },
  plan: ReplayPlan,
): WatchedFleet & { readonly isSlowed: () => boolean } => {
  const counts = tally(0);
  const [first, idle] = [gate(), gate()];
  const startedAt = clock.elapsed();
  const turns = createTurns(clock, counts.waiting);
  const spaced = spacing();
  const silence = watchSilence(clock, counts);
  const cast = createCast({ transport, tally: counts }, first.open);
  let stoppedAt: number | undefined;
  let isRead = false;
  let stopping: Promise<Counts> | undefined;

  const settled = (): void => {
    turns.settled();
    if (counts.waiting() === 0 && (isRead || stoppedAt !== undefined)) idle.open();
  };
  const say = createVoice({ clock, counts, settled }, plan);
  const play = async (): Promise<void> => {
    const schedule = scheduleOf(plan.pace);
    do {
      for await (const reading of plan.readings()) {
        const due = spaced.due(reading.device, schedule.next(reading.at));
        await turns.ready(Math.max(due, spaced.freeAt(reading.device)));
        if (stoppedAt !== undefined) return;
        spaced.sent(reading.device, clock.elapsed() - startedAt);
        // Here and not in `say`, of which nobody waits: this may throw.
        const device = cast.named(reading.device);
        void say(device, reading, due);
      }
      schedule.again();
    } while (plan.isLooped && stoppedAt === undefined);
    isRead = true;
    if (counts.waiting() > 0) await idle.opened;
  };
  const told = (): Counts => ({ ...counts.counts(), devices: cast.count() });
  const stop = async (): Promise<Counts> => {
    stoppedAt = clock.elapsed();
    silence.end();
    turns.stop();
    await drain(clock, { waiting: counts.waiting, idle: idle.opened });
    await closeAll(clock, cast.links());
    idle.open();
    return told();
  };
  return {
    counts: told,
    seconds: () => ((stoppedAt ?? clock.elapsed()) - startedAt) / 1_000,
    connected: first.opened,
    over: Promise.race([play(), silence.fallen]),
    isSlowed: spaced.isSlowed,
    stop: () => (stopping ??= stop()),
  };
};

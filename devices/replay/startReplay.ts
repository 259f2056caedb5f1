import { telemetryTopic } from '../../ingest/topic.ts';
import type { Clock } from '../clock.ts';
import { DevicesError } from '../devicesError.ts';
import { type Link, createLink } from '../link.ts';
import { type Counts, tally } from '../tally.ts';
import { gate, within } from '../timing.ts';
import type { Transport } from '../transport.ts';
import type { WatchedFleet } from '../watchFleet.ts';
import type { Recorded } from './mapping.ts';
import { type Pace, scheduleOf } from './pace.ts';
import { payloadOf } from './payload.ts';

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
/** When stopping: as long as acknowledgements come, at most; without any; and then for connections to close. */
const drainMs = 10_000;
const silenceMs = 800;
const closeMs = 400;

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

/**
 * Lets the devices of a recording say again what they said, each over a connection of its own, which begins with its first
 * reading. Where the broker is away or slow the replay waits: nothing is dropped. `over` resolves when all is acknowledged,
 * and rejects with what reading throws.
 */
export const startReplay = (
  { clock, transport }: { readonly clock: Clock; readonly transport: Transport },
  plan: ReplayPlan,
): WatchedFleet => {
  const { pace, boot, isOriginalTime } = plan;
  const speed = 'speed' in pace ? pace.speed : 1;
  const counts = tally(0);
  const [first, idle] = [gate(), gate()];
  const { sleep, wake } = sleeper(clock);
  const devices = new Map<string, Said>();
  const [startedAt, epoch] = [clock.elapsed(), clock.now()];
  let stoppedAt: number | undefined;
  let isRead = false;
  let stopping: Promise<Counts> | undefined;

  const deviceOf = (id: string): Said => {
    const known = devices.get(id);
    if (known !== undefined) return known;
    if (devices.size >= maxDevices)
      throw new DevicesError(
        'bad_file',
        `The recording has more than ${maxDevices} devices: use --from and --to, or another --device-column.`,
      );
    const link = createLink({ transport, tally: counts }, first.open);
    const device = { link, seq: 0 };
    devices.set(id, device);
    link.open({ login: { clientId: id }, isWrong: false });
    return device;
  };
  const say = async (reading: Recorded, due: number): Promise<void> => {
    const device = deviceOf(reading.device);
    const stamp = { dueAt: epoch + due, seq: device.seq++, boot, speed, isOriginal: isOriginalTime };
    const message = {
      topic: telemetryTopic(reading.region, reading.device),
      payload: payloadOf(reading, stamp),
    };
    const sentAt = clock.elapsed();
    counts.published();
    const fate = await device.link.publish(message);
    counts.settled(fate, clock.elapsed() - sentAt);
    if (counts.waiting() < maxWaiting) wake();
    if (counts.waiting() === 0 && (isRead || stoppedAt !== undefined)) idle.open();
  };
  /** Until the moment has come and there is room. */
  const ready = async (due: number): Promise<void> => {
    for (let left = Infinity; stoppedAt === undefined && left > 0;) {
      left = startedAt + due - clock.elapsed();
      if (left > 0) await sleep(Math.min(left, longestSleepMs));
    }
    while (stoppedAt === undefined && counts.waiting() >= maxWaiting) await sleep();
  };
  const play = async (): Promise<void> => {
    const schedule = scheduleOf(pace);
    do {
      for await (const reading of plan.readings()) {
        const due = schedule.next(reading.at);
        await ready(due);
        if (stoppedAt !== undefined) return;
        // Its fate is counted.
        void say(reading, due);
      }
      schedule.again();
    } while (plan.isLooped && stoppedAt === undefined);
    isRead = true;
    if (counts.waiting() > 0) await idle.opened;
  };
  const drain = async (): Promise<void> => {
    const endsAt = clock.elapsed() + drainMs;
    for (let left = Infinity; counts.waiting() < left && clock.elapsed() < endsAt;) {
      left = counts.waiting();
      if (left === 0 || (await within(clock, silenceMs, idle.opened))) return;
    }
  };
  const told = (): Counts => ({ ...counts.counts(), devices: devices.size });
  const stop = async (): Promise<Counts> => {
    stoppedAt = clock.elapsed();
    wake();
    await drain();
    await within(clock, closeMs, Promise.all([...devices.values()].map(({ link }) => link.close())));
    idle.open();
    return told();
  };
  return {
    counts: told,
    seconds: () => ((stoppedAt ?? clock.elapsed()) - startedAt) / 1_000,
    connected: first.opened,
    over: play(),
    stop: () => (stopping ??= stop()),
  };
};

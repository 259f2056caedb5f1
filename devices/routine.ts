import { beat } from './beat.ts';
import type { Manners, Utterance } from './behaviour/manners.ts';
import type { Clock } from './clock.ts';
import type { Device } from './fleet.ts';
import type { Rhythm } from './schedule.ts';
import type { Tally } from './tally.ts';

type Ports = {
  readonly clock: Clock;
  readonly tally: Pick<Tally, 'missed'>;
  readonly manners: Manners;
  readonly send: (utterances: readonly Utterance[]) => void;
};

type Habits = {
  readonly device: Device;
  /** Number of this device's first start, for `boot` in its payloads. */
  readonly boot: number;
  readonly rhythm: Rhythm;
  /** Start of the simulation on the clock's `elapsed`. */
  readonly startedAt: number;
};

/** What a device does while it is on. */
export type Routine = {
  /** Takes a first reading now, then one at every moment of the rhythm. Nothing new while it goes on. */
  begin: () => void;
  end: () => void;
  /** Readings are of the next boot from now on, beginning with seq 0. */
  reboot: () => void;
  /** Multiplies the rate; what is returned divides it again. */
  cry: (factor: number) => () => void;
};

/** AWS IoT Core takes 100 publish requests a second of one connection ("Publish requests per second per connection"). */
const shortestPeriodMs = 10;

/** Lets a device measure and say what it measured, in its rhythm and with its manners. */
export const createRoutine = ({ clock, tally, manners, send }: Ports, habits: Habits): Routine => {
  const { device, rhythm, startedAt } = habits;
  let [boot, seq, factor] = [habits.boot, 0, 1];
  let stopBeat: (() => void) | undefined;

  const say = (): void => {
    const { measuredAt, ts } = manners.moment();
    const count = { ts, seq: seq++, boot };
    // The device says nothing of who it is: that is in the topic.
    const payload = JSON.stringify({ ...count, type: device.type, ...device.measure(measuredAt) });
    send(manners.utter({ ...count, payload }));
  };
  const keepTime = (): void => {
    const periodMs = Math.max(Math.min(shortestPeriodMs, rhythm.periodMs), rhythm.periodMs / factor);
    stopBeat?.();
    stopBeat = beat(clock, { rhythm: { ...rhythm, periodMs }, startedAt, action: say, missed: tally.missed });
  };
  const setFactor = (value: number): void => {
    factor = value;
    if (stopBeat !== undefined) keepTime();
  };
  return {
    begin: () => {
      if (stopBeat !== undefined) return;
      say();
      keepTime();
    },
    end: () => {
      stopBeat?.();
      stopBeat = undefined;
    },
    reboot: () => {
      [boot, seq] = [boot + 1, 0];
    },
    cry: (by) => {
      setFactor(factor * by);
      return () => setFactor(factor / by);
    },
  };
};

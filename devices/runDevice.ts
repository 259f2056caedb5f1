import { beat } from './beat.ts';
import type { Behaviour } from './behaviour/behaviour.ts';
import { type Utterance, createManners } from './behaviour/manners.ts';
import { trouble } from './behaviour/trouble.ts';
import type { Clock } from './clock.ts';
import type { Device } from './fleet.ts';
import { createLink } from './link.ts';
import type { Rhythm } from './schedule.ts';
import { type ReadingEvent, sender } from './sender.ts';
import type { Tally } from './tally.ts';
import type { DeviceLogin, Transport } from './transport.ts';

export type DevicePorts = {
  readonly clock: Clock;
  readonly transport: Transport;
  readonly tally: Tally;
  /** Called whenever a reading's fate is known. */
  readonly settled: () => void;
  /** Called whenever this device gets a connection. */
  readonly connected: () => void;
  readonly onReading?: ((event: ReadingEvent) => void) | undefined;
};

export type Life = {
  readonly device: Device;
  /** Number of this device's first start, for `boot` in its payloads. */
  readonly boot: number;
  readonly rhythm: Rhythm;
  /** Start of the simulation on the clock's `elapsed`. */
  readonly startedAt: number;
  /** How it presents itself, and how it does when it is to be refused. */
  readonly login: DeviceLogin;
  readonly wrongLogin: () => DeviceLogin;
};

export type RunningDevice = {
  /** Switches it on. */
  start: () => void;
  /** Begins to behave so, also before the start; what is returned ends it. `seed` settles this device's part in it. */
  apply: (behaviour: Behaviour, seed: number) => () => void;
  /** No further readings. What is kept back goes out and every behaviour ends, so that what waits can be sent. */
  stop: () => void;
  close: () => Promise<void>;
};

/** AWS IoT Core takes 100 publish requests a second of one connection ("Publish requests per second per connection"). */
const shortestPeriodMs = 10;

/**
 * One device: connects, publishes a first reading as soon as it is connected, then one at every moment of its rhythm,
 * connected or not, until stopped. After a reboot likewise.
 */
export const runDevice = (ports: DevicePorts, life: Life): RunningDevice => {
  const { clock, tally } = ports;
  const { device, rhythm, startedAt } = life;
  const manners = createManners(clock, tally);
  const ends = new Set<() => void>();
  let [boot, seq, factor, wrongs] = [life.boot, 0, 1, 0];
  let [isOn, isStopped] = [false, false];
  let stopBeat: (() => void) | undefined;

  const begin = (): void => {
    if (!isOn || stopBeat !== undefined) return;
    say();
    keepTime();
  };
  const link = createLink(ports, () => {
    ports.connected();
    begin();
  });
  const send = sender(ports, life.device, link);
  const sendAll = (utterances: readonly Utterance[]): void => {
    for (const utterance of utterances) void send(utterance);
  };
  const say = (): void => {
    const { measuredAt, ts } = manners.moment();
    const count = { ts, seq: seq++, boot };
    // The device says nothing of who it is: that is in the topic.
    const payload = JSON.stringify({ ...count, type: device.type, ...device.measure(measuredAt) });
    sendAll(manners.utter({ ...count, payload }));
  };
  const keepTime = (): void => {
    const periodMs = Math.max(Math.min(shortestPeriodMs, rhythm.periodMs), rhythm.periodMs / factor);
    stopBeat?.();
    stopBeat = beat(clock, { rhythm: { ...rhythm, periodMs }, startedAt, action: say, missed: tally.missed });
  };
  const silence = (): void => {
    stopBeat?.();
    stopBeat = undefined;
  };

  const switchOn = (): void => {
    isOn = true;
    link.open({ login: wrongs > 0 ? life.wrongLogin() : life.login, isWrong: wrongs > 0 });
  };
  const switchOff = (): void => {
    isOn = false;
    silence();
    manners.flush(); // Into nowhere: it was in the memory of a device that is off.
    link.off();
  };
  const afresh = (): void => {
    if (isStopped) return;
    [boot, seq] = [boot + 1, 0];
    switchOn();
  };
  const cause = trouble(
    { clock, tally },
    {
      away: link.away,
      reboot: () => {
        if (!isOn) return () => undefined;
        switchOff();
        return afresh;
      },
      cry: (by) => {
        factor *= by;
        if (stopBeat !== undefined) keepTime();
        return () => {
          factor /= by;
          if (stopBeat !== undefined) keepTime();
        };
      },
      presentWrongly: () => {
        const again = (): void => {
          if (!isOn) return;
          switchOff();
          afresh();
        };
        wrongs += 1;
        again();
        return () => {
          wrongs -= 1;
          again();
        };
      },
    },
  );

  return {
    start: switchOn,
    apply: (behaviour, seed) => {
      if (isStopped) return () => undefined;
      const lift = cause(manners, behaviour, seed);
      const end = (): void => {
        if (ends.delete(end)) lift();
      };
      ends.add(end);
      return end;
    },
    stop: () => {
      isStopped = true;
      sendAll(manners.flush());
      silence();
      isOn = false;
      for (const end of ends) end();
    },
    close: link.close,
  };
};

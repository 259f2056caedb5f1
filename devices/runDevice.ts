import type { Behaviour } from './behaviour/behaviour.ts';
import { createManners } from './behaviour/manners.ts';
import { trouble } from './behaviour/trouble.ts';
import type { Clock } from './clock.ts';
import type { Device } from './fleet.ts';
import { type Link, createLink } from './link.ts';
import { type Routine, createRoutine } from './routine.ts';
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

/** The part of a device that can be switched on and off. */
const createPower = (
  { link, routine, lose }: { readonly link: Link; readonly routine: Routine; readonly lose: () => void },
  { login, wrongLogin }: Pick<Life, 'login' | 'wrongLogin'>,
) => {
  let [isOn, isStopped, wrongs] = [false, false, 0];
  const on = (): void => {
    isOn = true;
    link.open({ login: wrongs > 0 ? wrongLogin() : login, isWrong: wrongs > 0 });
  };
  const off = (): void => {
    isOn = false;
    routine.end();
    lose();
    link.off();
  };
  const afresh = (): void => {
    if (isStopped) return;
    routine.reboot();
    on();
  };
  const restart = (): void => {
    if (!isOn) return;
    off();
    afresh();
  };
  return {
    on,
    isOn: () => isOn,
    reboot: () => {
      if (!isOn) return () => undefined;
      off();
      return afresh;
    },
    presentWrongly: () => {
      wrongs += 1;
      restart();
      return () => {
        wrongs -= 1;
        restart();
      };
    },
    /** For good. Connections stay. */
    stop: () => {
      [isOn, isStopped] = [false, true];
      routine.end();
    },
    isStopped: () => isStopped,
  };
};

/**
 * One device: connects, publishes a first reading as soon as it is connected, then one at every moment of its rhythm,
 * connected or not, until stopped. After a reboot likewise.
 */
export const runDevice = (ports: DevicePorts, life: Life): RunningDevice => {
  const { clock, tally } = ports;
  const manners = createManners(clock, tally);
  const ends = new Set<() => void>();

  const link = createLink(ports, () => {
    ports.connected();
    if (power.isOn()) routine.begin();
  });
  const { send, forget } = sender(ports, life.device, link);
  const routine = createRoutine({ clock, tally, manners, send }, life);
  // What is kept back is in the memory of a device that is off.
  const power = createPower({ link, routine, lose: () => forget(manners.flush()) }, life);
  const cause = trouble({ clock, tally }, { ...power, away: link.away, cry: routine.cry, send });

  return {
    start: power.on,
    apply: (behaviour, seed) => {
      if (power.isStopped()) return () => undefined;
      const lift = cause(manners, behaviour, seed);
      const end = (): void => {
        if (ends.delete(end)) lift();
      };
      ends.add(end);
      return end;
    },
    stop: () => {
      power.stop();
      send(manners.flush());
      for (const end of ends) end();
    },
    close: link.close,
  };
};

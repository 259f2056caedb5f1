import { telemetryTopic } from '../ingest/topic.ts';
import type { Clock } from './clock.ts';
import type { Device } from './fleet.ts';
import { type Rhythm, slotAfter } from './schedule.ts';
import type { Tally } from './tally.ts';
import type { DeviceConnection, Transport } from './transport.ts';

type Ports = {
  readonly clock: Clock;
  readonly transport: Transport;
  readonly tally: Tally;
  /** Called whenever a reading's fate is known. */
  readonly settled: () => void;
  /** Called whenever this device gets a connection. */
  readonly connected: () => void;
};

type Life = {
  readonly device: Device;
  /** Number of this device's start, for `boot` in its payloads. */
  readonly boot: number;
  readonly rhythm: Rhythm;
  /** Start of the simulation on the clock's `elapsed`. */
  readonly startedAt: number;
};

export type RunningDevice = {
  /** No further readings; those under way go on. */
  stop: () => void;
  close: () => Promise<void>;
};

/** A reading as the device sends it. The device says nothing of who it is: that is in the topic. */
const payloadOf = (device: Device, ts: number, seq: number, boot: number): string =>
  JSON.stringify({ ts, seq, boot, type: device.type, ...device.measure(ts) });

const publisher = ({ clock, tally, settled }: Ports, { device, boot }: Life) => {
  const topic = telemetryTopic(device.region, device.id);
  let seq = 0;
  return async (connection: DeviceConnection): Promise<void> => {
    const sentAt = clock.elapsed();
    tally.published();
    const outcome = await connection.publish({
      topic,
      payload: payloadOf(device, clock.now(), seq++, boot),
    });
    tally.settled(outcome, clock.elapsed() - sentAt);
    settled();
  };
};

/** Calls `action` at every moment of the rhythm; counts the moments that had passed before we got to them. */
const beat = ({ clock, tally }: Ports, { rhythm, startedAt }: Life, action: () => void) => {
  const { periodMs } = rhythm;
  let cancel = (): void => undefined;
  const wait = (from: number, last?: number): void => {
    const { n, at } = slotAfter(rhythm, from - startedAt);
    if (last !== undefined) tally.missed(n - last - 1);
    cancel = clock.after(startedAt + at - clock.elapsed(), () => {
      action();
      // A timer may fire a little early; a fifth of a period keeps that from repeating the same moment.
      wait(clock.elapsed() + periodMs / 5, n);
    });
  };
  // The first reading has just gone out: leave it half a period of room.
  wait(clock.elapsed() + periodMs / 2);
  return () => cancel();
};

/**
 * Connects one device and lets it publish: a first reading as soon as it is connected, then one at every moment of its
 * rhythm, connected or not, until stopped.
 */
export const runDevice = (ports: Ports, life: Life): RunningDevice => {
  const publish = publisher(ports, life);
  let [isUp, isStopped] = [false, false];
  let stopBeat: (() => void) | undefined;

  const begin = (): void => {
    const say = (): void => void publish(connection);
    say();
    stopBeat = beat(ports, life, say);
  };
  const lost = (reason: string): void => {
    ports.tally.down(reason, isUp);
    isUp = false;
  };
  const connection = ports.transport.connect(
    { clientId: life.device.id },
    {
      connected: () => {
        isUp = true;
        ports.tally.up();
        ports.connected();
        if (!isStopped && stopBeat === undefined) begin();
      },
      lost,
      refused: lost,
    },
  );
  return {
    stop: () => {
      isStopped = true;
      stopBeat?.();
    },
    close: () => connection.close(),
  };
};

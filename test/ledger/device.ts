import { setTimeout as wait } from 'node:timers/promises';
import type { Below } from '../../fanout/seeded.testing.ts';
import type { DeviceConnection, Message } from '../../devices/transport.ts';
import { telemetryTopic } from '../../ingest/topic.ts';
import type { Book } from '../../devices/ledger/book.ts';
import type { Congestion } from './congestion.ts';
import type { Device } from '../../devices/ledger/entries.ts';
import { payloadOf, shaOf } from '../../devices/ledger/stamp.ts';
import { mqttTransport } from '../../devices/transports/mqtt.ts';

/** Published and not yet acknowledged. More, and the device waits: it would grow beyond bounds while the broker is away. */
const mostInFlight = 20;
/** While readings pile up, a device still publishes this often, or nothing would be going on when faults end. */
const leastEveryMs = 2_000;

export type RunningDevice = {
  /** Begins a new boot, with `seq` 0: what was published before is still to be acknowledged. */
  reboot: () => void;
  /** Publishes no more. */
  stop: () => Promise<void>;
  /** Publishes one more reading. */
  publishOne: () => void;
  /** How many are not acknowledged yet. */
  inFlight: () => number;
  /** How many were not published when they were due, since too much was under way. */
  heldBack: () => number;
  close: () => Promise<void>;
};

type Dependencies = {
  mqttUrl: string;
  book: Book;
  congestion: Pick<Congestion, 'isCongested'>;
  below: Below;
};

/** A device that writes down what it publishes before it does, and what was acknowledged. `rate` in readings a second. */
export const startDevice = async (
  { mqttUrl, book, congestion, below }: Dependencies,
  device: Device,
  rate: number,
): Promise<RunningDevice> => {
  const { deviceId, region } = device;
  const transport = mqttTransport({ broker: mqttUrl, random: () => below(1_000) / 1_000 });
  const connection = await new Promise<DeviceConnection>((resolve) => {
    const listener = { connected: () => resolve(opened), lost: () => undefined, refused: () => undefined };
    const opened = transport.connect({ clientId: deviceId }, listener);
  });
  const stop = new AbortController();
  let [boot, seq, inFlight, heldBack, lastTs] = [1, 0, 0, 0, 0];

  /** No two readings have the same: of a device that does not count, nothing else tells them apart. */
  const nextTs = (): number => (lastTs = Math.max(Date.now(), lastTs + 1));
  const publishOne = (): void => {
    const count = device.uncounted === true ? { boot: 0, seq: nextTs() } : { boot, seq: seq++ };
    const said = { ...device, ...count, data: { value: below(1_000) } };
    const name = { deviceId, boot: said.boot, seq: said.seq };
    const at = Date.now();
    const { uncounted: _, ...entry } = said;
    book.write('attempted', { at, ...entry, sha: shaOf(said) });
    inFlight += 1;
    const message = { topic: telemetryTopic(region, deviceId), payload: payloadOf(said, at) };
    void untilAcknowledged(message).then((isAcknowledged) => {
      inFlight -= 1;
      if (isAcknowledged) book.write('acknowledged', { at: Date.now(), ...name });
    });
  };
  /** What looks refused is not, here: a fault cuts the connection at any message, and at the same one several times. */
  const untilAcknowledged = async (message: Message): Promise<boolean> => {
    for (;;) {
      const outcome = await connection.publish(message);
      if (outcome !== 'refused') return outcome === 'acknowledged';
    }
  };
  const run = async (): Promise<void> => {
    const { signal } = stop;
    await wait(below(1_000 / rate), undefined, { signal });
    for (let since = 0; ; since += 1_000 / rate) {
      const isHeld = congestion.isCongested() && since < leastEveryMs;
      if (inFlight < mostInFlight && !isHeld) {
        publishOne();
        since = 0;
      } else heldBack += 1;
      await wait(1_000 / rate, undefined, { signal });
    }
  };
  const running = run().catch(() => undefined); // Ends when it is stopped.

  return {
    reboot: () => {
      boot += 1;
      seq = 0;
    },
    stop: () => {
      stop.abort();
      return running;
    },
    publishOne,
    inFlight: () => inFlight,
    heldBack: () => heldBack,
    close: async () => {
      stop.abort();
      await connection.close();
    },
  };
};

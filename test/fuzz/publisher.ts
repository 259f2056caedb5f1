import { setTimeout as wait } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { telemetryTopic } from '../../ingest/topic.ts';
import type { Local } from '../../infra/local/startLocal.ts';
import { openViewer, subscribeLive } from './viewer.ts';

export type Publisher = {
  readonly deviceId: string;
  readonly region: string;
  /** The newest `seq` that the broker acknowledged, -1 before the first. */
  acknowledged: () => number;
  close: () => Promise<void>;
};

/** Of one device, published and not yet seen by the witness. More, and readings would queue up behind a slow machine. */
const mostAhead = 8;
/** A reading that the witness never gets does not hold the others up for longer. */
const longestHoldMs = 5_000;

/**
 * A device that counts: it publishes seq 0, 1, 2 … of one boot, the next `everyMs` after the last was acknowledged, or
 * later where `isAhead`.
 */
export const startPublisher = async (
  mqttUrl: string,
  {
    deviceId,
    region,
    everyMs,
    isAhead = () => false,
  }: { deviceId: string; region: string; everyMs: number; isAhead?: (acknowledged: number) => boolean },
): Promise<Publisher> => {
  const client = await connectAsync(mqttUrl, { clientId: deviceId });
  const stop = new AbortController();
  const { signal } = stop;
  let acknowledged = -1;

  const pause = (ms: number) => wait(ms, undefined, { signal }).catch(() => undefined);
  const publish = async (): Promise<void> => {
    for (let seq = 0; !signal.aborted; seq += 1) {
      const payload = JSON.stringify({ boot: 1, seq, type: 'counter', value: seq });
      await client.publishAsync(telemetryTopic(region, deviceId), payload, { qos: 1 });
      acknowledged = seq;
      await pause(everyMs);
      for (let held = 0; held < longestHoldMs && isAhead(acknowledged); held += 20) await pause(20);
    }
  };
  const publishing = publish();

  return {
    deviceId,
    region,
    acknowledged: () => acknowledged,
    close: async () => {
      stop.abort();
      await publishing;
      await client.endAsync();
    },
  };
};

export type Fleet = { devices: readonly Publisher[]; close: () => Promise<void> };

/**
 * Three devices, each in a region of its own, and a witness who sees to it that they publish as fast as `everyMs` says but
 * not faster than this machine delivers.
 */
export const startFleet = async (
  local: Pick<Local, 'webSocketUrl' | 'mqttUrl' | 'sign'>,
  { name, everyMs }: { name: string; everyMs: number },
): Promise<Fleet> => {
  const witness = openViewer(local, 'witness');
  const devices = await Promise.all(
    [0, 1, 2].map(async (n) => {
      const region = `${name}-region-${n}`;
      const deviceId = `${name}-${n}`;
      await subscribeLive(witness, { region });
      const isAhead = (acknowledged: number) => acknowledged - witness.newest(deviceId) > mostAhead;
      return startPublisher(local.mqttUrl, { deviceId, region, everyMs, isAhead });
    }),
  );
  return {
    devices,
    close: async () => {
      await Promise.all(devices.map(({ close }) => close()));
      witness.client.close();
    },
  };
};

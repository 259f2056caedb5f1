import { setTimeout as wait } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { telemetryTopic } from '../../ingest/topic.ts';

export type Publisher = {
  readonly deviceId: string;
  readonly region: string;
  /** The newest `seq` that the broker acknowledged, -1 before the first. */
  acknowledged: () => number;
  close: () => Promise<void>;
};

/** A device that counts: it publishes seq 0, 1, 2 … of one boot, the next `everyMs` after the last was acknowledged. */
export const startPublisher = async (
  mqttUrl: string,
  { deviceId, region, everyMs }: { deviceId: string; region: string; everyMs: number },
): Promise<Publisher> => {
  const client = await connectAsync(mqttUrl, { clientId: deviceId });
  const stop = new AbortController();
  let acknowledged = -1;

  const publish = async (): Promise<void> => {
    for (let seq = 0; !stop.signal.aborted; seq += 1) {
      const payload = JSON.stringify({ boot: 1, seq, type: 'counter', value: seq });
      await client.publishAsync(telemetryTopic(region, deviceId), payload, { qos: 1 });
      acknowledged = seq;
      await wait(everyMs, undefined, { signal: stop.signal }).catch(() => undefined);
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

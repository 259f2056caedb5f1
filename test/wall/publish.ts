import { connectAsync } from 'mqtt';
import { telemetryTopic } from '../../ingest/topic.ts';

export type Publishing = {
  /** The number of the newest reading of a device. */
  readonly newest: (deviceId: string) => number;
  readonly deviceIds: readonly string[];
  readonly close: () => Promise<void>;
};

/** Of the wall clock, between two readings of a device. A fast clock makes no machine faster. */
const everyMs = 2_000;

/** Devices that count, each as often as the machine can take; their clocks go as `now`. */
export const publish = async (
  mqttUrl: string,
  {
    devices,
    region,
    now,
    isAhead,
  }: {
    devices: number;
    region: string;
    now: () => number;
    /** Whether those published before are not delivered yet, so that more would only queue up. */
    isAhead: () => boolean;
  },
): Promise<Publishing> => {
  const deviceIds = Array.from({ length: devices }, (_, n) => `wall-${n}`);
  const counts = new Map<string, number>();
  const clients = await Promise.all(deviceIds.map((clientId) => connectAsync(mqttUrl, { clientId })));
  const timer = setInterval(() => {
    if (isAhead()) return;
    deviceIds.forEach((deviceId, n) => {
      const count = (counts.get(deviceId) ?? -1) + 1;
      counts.set(deviceId, count);
      const temperature = Math.round(100 * (20 + 5 * Math.sin(count / 30 + n))) / 100;
      const reading = { boot: 1, seq: count, ts: now(), type: 'pump', count, temperature };
      clients[n]?.publish(telemetryTopic(region, deviceId), JSON.stringify(reading), { qos: 1 });
    });
  }, everyMs);
  return {
    deviceIds,
    newest: (deviceId) => counts.get(deviceId) ?? -1,
    close: async () => {
      clearInterval(timer);
      await Promise.all(clients.map((client) => client.endAsync(true)));
    },
  };
};

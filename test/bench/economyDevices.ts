import { setTimeout as wait } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { telemetryTopic } from '../../ingest/topic.ts';
import type { SceneDevice } from './economyScene.ts';

export type RunningDevices = {
  /** Has every device publish once a second, each at its own moment in it; resolves once all is acknowledged, to how much that is. */
  publishFor: (seconds: number, signal?: AbortSignal) => Promise<number>;
  close: () => Promise<void>;
};

/** About as much as a small sensor says. */
const payloadOf = ({ type }: SceneDevice, seq: number): string =>
  JSON.stringify({
    boot: 1,
    seq,
    ts: Date.now(),
    type,
    temperature: 20 + (seq % 50) / 10,
    humidity: 45.5,
    pressure: 1013.2,
    battery: 0.97,
    status: 'ok',
  });

/** Connects the devices, each with a connection of its own; they publish with QoS 1, and sequence numbers from 0. */
export const startDevices = async (
  mqttUrl: string,
  devices: readonly SceneDevice[],
): Promise<RunningDevices> => {
  const clients = await Promise.all(
    devices.map(async (device) => ({
      device,
      client: await connectAsync(mqttUrl, { clientId: device.id, protocolVersion: 5 }),
    })),
  );
  let nextSeq = 0;
  return {
    publishFor: async (seconds, signal) => {
      const begun = performance.now();
      const acknowledged: Promise<unknown>[] = [];
      for (let second = 0; second < seconds; second += 1) {
        const seq = nextSeq++;
        for (const [place, { device, client }] of clients.entries()) {
          const at = 1_000 * (second + place / clients.length);
          const early = at - (performance.now() - begun);
          if (early > 0) await wait(early);
          if (signal?.aborted === true) return (await Promise.all(acknowledged)).length;
          const topic = telemetryTopic(device.region, device.id);
          acknowledged.push(client.publishAsync(topic, payloadOf(device, seq), { qos: 1 }));
        }
      }
      return (await Promise.all(acknowledged)).length;
    },
    close: async () => {
      await Promise.all(clients.map(({ client }) => client.endAsync(true)));
    },
  };
};

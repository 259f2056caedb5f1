import { setTimeout as wait } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { telemetryTopic } from '../../ingest/topic.ts';

/** A device that measures twice a second, and keeps what the broker has not acknowledged. */
export type PatientDevice = {
  /** How many readings it has measured. */
  readonly measured: () => number;
  /** Ends it, once everything was acknowledged. */
  readonly stop: () => Promise<void>;
};

const acknowledgedWithinMs = 2_000;

/** Publishes to `telemetry/eu-west/<deviceId>`, in order, each reading until it is acknowledged. */
export const startPatientDevice = async (mqttUrl: string, deviceId: string): Promise<PatientDevice> => {
  const client = await connectAsync(mqttUrl, {
    clientId: deviceId,
    reconnectPeriod: 200,
    queueQoSZero: false,
  });
  client.on('error', () => undefined); // A killed broker refuses connections.
  const kept: string[] = [];
  let seq = 0;
  const stopping = new AbortController();
  const measuring = setInterval(() => {
    const temperature = 20 + Math.sin(seq / 10);
    kept.push(JSON.stringify({ ts: Date.now(), boot: 1, seq: seq++, type: 'kettle', temperature }));
  }, 500);

  const send = async (payload: string): Promise<boolean> => {
    const topic = telemetryTopic('eu-west', deviceId);
    const sent = client.publishAsync(topic, payload, { qos: 1 }).then(
      () => true,
      () => false,
    );
    return Promise.race([sent, wait(acknowledgedWithinMs, false)]);
  };

  const sending = (async () => {
    while (!stopping.signal.aborted || kept.length > 0) {
      const [first] = kept;
      if (first !== undefined && client.connected && (await send(first))) kept.shift();
      else await wait(50);
    }
  })();

  return {
    measured: () => seq,
    stop: async () => {
      clearInterval(measuring);
      stopping.abort();
      await sending;
      client.end(true);
    },
  };
};

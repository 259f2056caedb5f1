import mqtt from 'mqtt';

/** A device that publishes as fast as it is acknowledged, whatever happens to the broker. */
export type Device = {
  /** How many messages it has begun to publish. */
  published: () => number;
  /** The payloads of those that were acknowledged. */
  acknowledged: ReadonlySet<string>;
  /** Ends it at once; what is not acknowledged by now never will be. */
  stop: () => void;
};

/** Unacknowledged messages of one device at once; AWS takes 100. */
const window = 50;

/**
 * Starts a device that publishes numbered messages of QoS 1 to `kept/<name>`. After a cut it connects again and sends
 * anew what was not acknowledged, as a device would.
 */
export const startDevice = (name: string, url: string): Device => {
  const acknowledged = new Set<string>();
  const client = mqtt.connect(url, { clientId: name, reconnectPeriod: 50, connectTimeout: 5_000 });
  const state = { next: 0, waiting: 0, stopped: false };
  const fill = (): void => {
    while (client.connected && !state.stopped && state.waiting < window) publish();
  };
  const publish = (): void => {
    const payload = JSON.stringify({ device: name, n: state.next++ });
    state.waiting++;
    client.publish(`kept/${name}`, payload, { qos: 1 }, (error) => {
      state.waiting--;
      if (state.stopped) return;
      if (!error) acknowledged.add(payload);
      fill();
    });
  };
  client.on('connect', fill);
  client.on('error', () => undefined); // Killed brokers refuse connections.
  return {
    published: () => state.next,
    acknowledged,
    stop: () => {
      state.stopped = true;
      client.end(true);
    },
  };
};

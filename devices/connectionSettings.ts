import type { DeviceLogin } from './transport.ts';

export const transportNames = ['mqtt', 'aws-iot'] as const;

/** How devices reach their broker, checked and with all files read. */
export type ConnectionSettings = {
  readonly transport: (typeof transportNames)[number];
  /** A url with `mqtt:`, `mqtts:`, `ws:` or `wss:`. */
  readonly broker: string;
  /** 3 is MQTT 3.1.1. */
  readonly mqttVersion: 3 | 5;
  /** PEM text: who may have signed the broker's certificate. Undefined: who the system trusts. */
  readonly ca?: string | undefined;
  /** For devices that bring no certificate of their own. */
  readonly certificate?: DeviceLogin['certificate'];
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Seconds; 0 for none. */
  readonly keepAlive: number;
  /** Whether every message is published as retained. */
  readonly retain: boolean;
  /** For devices that bring no will of their own; `{device}` in its topic and payload stands for the client id. */
  readonly will?: { readonly topic: string; readonly payload: string; readonly retain: boolean } | undefined;
  /** Name of the IoT rule that messages go to directly. */
  readonly basicIngest?: string | undefined;
  /** Whether the broker keeps the session of a device that is away. */
  readonly persistentSession: boolean;
};

/** What a connection is when nothing is said of it. */
export const connectionDefaults: ConnectionSettings = {
  transport: 'mqtt',
  broker: 'mqtt://127.0.0.1:1883',
  mqttVersion: 5,
  keepAlive: 60,
  retain: false,
  persistentSession: false,
};

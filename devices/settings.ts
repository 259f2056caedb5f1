/** What a simulation can be told. Every part has a default. */
export type SimulateSettings = {
  /** 1-5,000; default 24. */
  readonly devices?: number | undefined;
  /** Readings per second of each device, 0.01-100 (AWS IoT Core discards what exceeds 100 a connection); default 1. */
  readonly rate?: number | undefined;
  /** Default: until the signal. */
  readonly durationMs?: number | undefined;
  /** Same seed, same devices and same values at the same time. */
  readonly seed?: string | undefined;
  /** `mqtt://` or `mqtts://`; default mqtt://127.0.0.1:1883. */
  readonly broker?: string | undefined;
  /** At least one. */
  readonly regions?: readonly string[] | undefined;
  /** Number of the devices' start; default: seconds since the epoch, which grows with each start. */
  readonly boot?: number | undefined;
};

export type ResolvedSettings = {
  readonly devices: number;
  readonly rate: number;
  readonly durationMs: number | undefined;
  readonly seed: string;
  readonly broker: string;
  readonly regions: readonly string[];
  readonly boot: number;
};

export const defaults = {
  devices: 24,
  rate: 1,
  seed: 'fieldcast',
  broker: 'mqtt://127.0.0.1:1883',
  regions: ['eu-west', 'eu-north', 'us-east', 'ap-south'],
} as const;

/** Fills in what was not said. `now`: epoch milliseconds. */
export const withDefaults = (settings: SimulateSettings, now: number): ResolvedSettings => ({
  devices: settings.devices ?? defaults.devices,
  rate: settings.rate ?? defaults.rate,
  durationMs: settings.durationMs,
  seed: settings.seed ?? defaults.seed,
  broker: settings.broker ?? defaults.broker,
  regions: settings.regions ?? defaults.regions,
  boot: settings.boot ?? Math.floor(now / 1_000),
});

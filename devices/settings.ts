import type { Behaviour } from './behaviour/behaviour.ts';
import { type ConnectionSettings, connectionDefaults } from './connectionSettings.ts';
import type { FleetSpec } from './loadFleet.ts';

/** What a simulation can be told. Every part has a default. */
export type SimulateSettings = {
  /** 1-20,000, 5,000 for each worker; default 24, or all of the fleet file. */
  readonly devices?: number | undefined;
  /** Readings per second of each device, 0.01-100 (AWS IoT Core discards what exceeds 100 a connection); default 1. */
  readonly rate?: number | undefined;
  /** How long each device runs; default: until the signal. */
  readonly durationMs?: number | undefined;
  /** Same seed, same devices and same values at the same time. */
  readonly seed?: string | undefined;
  /** Short for a connection to that url and nothing else said. */
  readonly broker?: string | undefined;
  /** Default: MQTT 5 to mqtt://127.0.0.1:1883. */
  readonly connection?: ConnectionSettings | undefined;
  /** At least one. */
  readonly regions?: readonly string[] | undefined;
  /** Number of the devices' start; default: seconds since the epoch, which grows with each start. */
  readonly boot?: number | undefined;
  /** Types of models; default: all that are built in, or all of `modelsFile`. */
  readonly models?: readonly string[] | undefined;
  readonly modelsFile?: string | undefined;
  readonly fleetFile?: string | undefined;
  /** Goes before every device's name, so that two simulators do not take each other's client ids. */
  readonly idPrefix?: string | undefined;
  /** Processes that share the devices, no more than there are devices; default 1: this one. */
  readonly workers?: number | undefined;
  readonly behaviours?: readonly Behaviour[] | undefined;
};

/** All of it: plain data, so that other processes can be given it. */
export type ResolvedSettings = FleetSpec & {
  readonly rate: number;
  readonly durationMs: number | undefined;
  readonly connection: ConnectionSettings;
  readonly boot: number;
  readonly workers: number;
  readonly behaviours: readonly Behaviour[];
};

export const defaults = {
  devices: 24,
  rate: 1,
  seed: 'fieldcast',
  regions: ['eu-west', 'eu-north', 'us-east', 'ap-south'],
} as const;

/** Undefined: as many as the fleet file has. */
const devicesOf = ({ devices, fleetFile }: SimulateSettings): number | undefined =>
  devices ?? (fleetFile === undefined ? defaults.devices : undefined);

/** Fills in what was not said. `now`: epoch milliseconds. */
export const withDefaults = (settings: SimulateSettings, now: number): ResolvedSettings => ({
  devices: devicesOf(settings),
  regions: settings.regions ?? defaults.regions,
  seed: settings.seed ?? defaults.seed,
  models: settings.models ?? [],
  modelsFile: settings.modelsFile,
  fleetFile: settings.fleetFile,
  idPrefix: settings.idPrefix ?? '',
  rate: settings.rate ?? defaults.rate,
  durationMs: settings.durationMs,
  connection: settings.connection ?? {
    ...connectionDefaults,
    broker: settings.broker ?? connectionDefaults.broker,
  },
  boot: settings.boot ?? Math.floor(now / 1_000),
  workers: Math.min(settings.workers ?? 1, devicesOf(settings) ?? Infinity),
  behaviours: settings.behaviours ?? [],
});

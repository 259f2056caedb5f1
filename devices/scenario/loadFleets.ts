import { join } from 'node:path';
import type { ConnectionSettings } from '../connectionSettings.ts';
import { DevicesError } from '../devicesError.ts';
import type { Device } from '../fleet.ts';
import { aboutFleet, loadFleet, wrongLoginFor, type LoadedFleet } from '../loadFleet.ts';
import { overload } from './overload.ts';
import { provisionDevices } from './provisionDevices.ts';
import type { FleetSpec, Scenario } from './scenario.ts';
import type { System } from './system.ts';
import type { DeviceLogin } from '../transport.ts';

/** A fleet with all that its devices need to connect. */
export type PreparedFleet = LoadedFleet & {
  readonly spec: FleetSpec;
  /** How a device presents itself when it is to be refused. */
  readonly wrongLogin?: (device: Device) => DeviceLogin;
};

type Ports = {
  readonly system: Pick<System, 'connection' | 'iot'>;
  /** Where certificates of devices go; nobody else may read it. */
  readonly folder: string;
  readonly signal: AbortSignal;
};

const isRefused = ({ phases }: Scenario, { name, behaviours }: FleetSpec): boolean =>
  behaviours.some(({ kind }) => kind === 'refused') ||
  phases.some((phase) =>
    phase.behaviours.some(({ fleets, behaviour }) => behaviour.kind === 'refused' && fleets.includes(name)),
  );

/** Ids begin with the fleet's name, so that no two fleets share one; those of a fleet file are as they are there. */
const load = async (
  { system, folder, signal }: Ports,
  spec: FleetSpec,
  seed: string,
): Promise<LoadedFleet> => {
  const { name, count, regions, models, modelsFile, fleetFile } = spec;
  const wanted = { devices: count, regions, seed: `${seed}/${name}`, models, modelsFile };
  const from = async (file: string): Promise<LoadedFleet> => {
    const connection: ConnectionSettings = {
      ...system.connection,
      broker: (await aboutFleet(file)).endpoint,
    };
    return loadFleet({ ...wanted, idPrefix: '', fleetFile: file }, connection);
  };
  if (fleetFile !== undefined) return from(fleetFile);
  const invented = await loadFleet({ ...wanted, idPrefix: `${name}-` }, system.connection);
  if (!spec.certificates || system.iot === undefined) return invented;
  const file = await provisionDevices({ ...system.iot, folder: join(folder, name), signal }, invented.fleet);
  return { ...(await from(file)), fleet: invented.fleet };
};

/** Two devices of one id would throw each other out. */
const checkIds = (fleets: readonly PreparedFleet[]): void => {
  const seen = new Map<string, string>();
  for (const { spec, fleet } of fleets)
    for (const { id } of fleet) {
      const other = seen.get(id);
      if (other !== undefined)
        throw new DevicesError(
          'bad_file',
          `The fleets ${other} and ${spec.name} both have a device ${id}: give each fleet a file of its own.`,
        );
      seen.set(id, spec.name);
    }
};

/**
 * Makes or reads the devices of all fleets, and provisions those that are to have certificates. Throws DevicesError `bad_file`
 * or `bad_usage` for files, `aws_refused` or `aws_unreachable` where the twin gives no certificates.
 */
export const loadFleets = async (ports: Ports, scenario: Scenario): Promise<readonly PreparedFleet[]> => {
  const all: PreparedFleet[] = [];
  for (const spec of scenario.fleets) {
    const loaded = await load(ports, spec, scenario.seed);
    const wrong = isRefused(scenario, spec)
      ? { wrongLogin: await wrongLoginFor(loaded.connection.broker) }
      : {};
    all.push({ ...loaded, spec, ...wrong });
  }
  checkIds(all);
  const problem = overload(all.map(({ fleet, spec: { rate } }) => ({ count: fleet.length, rate })));
  if (problem !== undefined) throw new DevicesError('bad_file', `${scenario.name}: ${problem}.`);
  return all;
};

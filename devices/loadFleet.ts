import pLimit from 'p-limit';

import { strangerCertificate } from './behaviour/strangerCertificate.ts';
import { isEncrypted } from './brokerUrl.ts';
import { readCa, readCertificate } from './certificateFiles.ts';
import type { ConnectionSettings } from './connectionSettings.ts';
import { DevicesError } from './devicesError.ts';
import { type Device, fleetOf } from './fleet.ts';
import type { Model } from './models/model.ts';
import { models as builtIn } from './models/models.ts';
import { seedOf } from './models/noise.ts';
import type { DeviceLogin } from './transport.ts';

/** What a fleet is made of: plain data, so that other processes make the same. */
export type FleetSpec = {
  /** Undefined: 24, or all of the fleet file. */
  readonly devices: number | undefined;
  readonly regions: readonly string[];
  readonly seed: string;
  /** Types of the models to deal out; empty: all. */
  readonly models: readonly string[];
  /** Path of a file with custom models. */
  readonly modelsFile?: string | undefined;
  /** Path of a file that `provision` wrote. */
  readonly fleetFile?: string | undefined;
  /** Goes before every device's name. */
  readonly idPrefix: string;
};

export type LoadedFleet = {
  readonly fleet: readonly Device[];
  readonly login: (device: Device) => DeviceLogin;
  /** The settings of the connection, with the fleet file's CA if they name none. */
  readonly connection: ConnectionSettings;
};

/** Files that are read at one time. */
const maxOpenFiles = 32;

const bad = (message: string): DevicesError => new DevicesError('bad_usage', message);

/** Reading a file of models takes a YAML parser, which most runs need not wait for. */
const customModels = async (file: string | undefined): Promise<readonly Model[]> => {
  if (file === undefined) return [];
  const { readModels } = await import('./models/custom/readModels.ts');
  return readModels(file);
};

/** The models to deal out: those named; else those of the file; else what is built in. */
const modelsOf = async ({ models, modelsFile }: FleetSpec): Promise<readonly Model[]> => {
  const custom = await customModels(modelsFile);
  if (models.length === 0) return custom.length > 0 ? custom : builtIn;
  const all = [...builtIn, ...custom];
  return models.map((name) => {
    const model = all.find(({ type }) => type === name);
    if (model !== undefined) return model;
    throw bad(`There is no model "${name}": give one of ${all.map(({ type }) => type).join(', ')}.`);
  });
};

const defaultCount = 24;

const invented = async (spec: FleetSpec, connection: ConnectionSettings): Promise<LoadedFleet> => {
  const { devices = defaultCount, regions, seed, idPrefix } = spec;
  const fleet = fleetOf(devices, regions, seed, await modelsOf(spec));
  return {
    fleet: fleet.map((device) => ({ ...device, id: `${idPrefix}${device.id}` })),
    login: ({ id }) => ({ clientId: id }),
    connection,
  };
};

/** Devices that have a name and a certificate in AWS IoT. One whose type no model has is dealt a model by its place. */
const provisioned = async (
  file: string,
  spec: FleetSpec,
  connection: ConnectionSettings,
): Promise<LoadedFleet> => {
  const { readFleetFile } = await import('./provision/fleetFile.ts');
  const { ca, devices } = await readFleetFile(file);
  if (devices.length === 0)
    throw new DevicesError('bad_file', `${file}: there are no devices in it; run provision.`);
  const all = devices.slice(0, spec.devices);
  const dealt = await modelsOf(spec);
  const limit = pLimit(maxOpenFiles);
  const certificates = new Map(
    await limit.map(
      all,
      async (device) => [device.thing, await readCertificate(device.certificate, device.privateKey)] as const,
    ),
  );
  const fleet = all.map(({ thing, region, type }, index): Device => {
    const model = [...dealt, ...builtIn].find((each) => each.type === type) ?? dealt[index % dealt.length];
    if (model === undefined) throw new RangeError('no models to deal out');
    return {
      id: thing,
      region,
      type: type ?? model.type,
      measure: model.device(seedOf(`${spec.seed}/${thing}`), region),
    };
  });
  return {
    fleet,
    login: ({ id }) => {
      const certificate = certificates.get(id);
      return { clientId: id, ...(certificate && { certificate }) };
    },
    connection: { ...connection, ca: connection.ca ?? (ca && (await readCa(ca))) },
  };
};

/** Makes or reads the devices. Throws DevicesError `bad_usage` or `bad_file` with a sentence that names what is wrong. */
export const loadFleet = (spec: FleetSpec, connection: ConnectionSettings): Promise<LoadedFleet> =>
  spec.fleetFile === undefined ? invented(spec, connection) : provisioned(spec.fleetFile, spec, connection);

/** What a fleet file tells before its certificates are read: where its devices connect, and how many they are. Throws DevicesError `bad_file`. */
export const aboutFleet = async (
  fleetFile: string,
): Promise<{ readonly endpoint: string; readonly count: number }> => {
  const { readFleetFile } = await import('./provision/fleetFile.ts');
  const { endpoint, devices } = await readFleetFile(fleetFile);
  return { endpoint, count: devices.length };
};

/** Where the devices of a fleet file connect. Throws DevicesError `bad_file`. */
export const endpointIn = async (fleetFile: string): Promise<string> =>
  (await aboutFleet(fleetFile)).endpoint;

/**
 * How a device presents itself when it is to be refused: over TLS with a certificate that nobody has signed but itself, else
 * with a wrong password. A broker that asks for neither lets it in.
 */
export const wrongLoginFor = async (broker: string): Promise<(device: Device) => DeviceLogin> => {
  const certificate = isEncrypted(broker) ? await strangerCertificate() : undefined;
  const wrong = certificate === undefined ? { username: 'nobody', password: 'wrong' } : { certificate };
  return ({ id }) => ({ clientId: id, ...wrong });
};

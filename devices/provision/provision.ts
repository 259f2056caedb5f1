import { DevicesError } from '../devicesError.ts';
import type { Fleet, FleetDevice } from './fleetFile.ts';
import type { FleetFolder } from './fleetFolder.ts';
import { fleetRecord } from './fleetRecord.ts';
import { inspectThing, performSteps } from './provisionThing.ts';
import type { ProvisionStep, UndoStep, Work } from './steps.ts';
import type { ThingRegistry } from './thingRegistry.ts';
import { inspectRemains, performUndo } from './undoThing.ts';

/** A device that the fleet is to have. */
export type Wanted = Pick<FleetDevice, 'thing' | 'region' | 'type'>;

export type ProvisionPorts = {
  readonly registry: ThingRegistry;
  readonly folder: FleetFolder;
  /** Told about each thing once it is done, or looked at when nothing is to be changed. */
  readonly onWork: (work: Work<ProvisionStep | UndoStep>, done: number, total: number) => void;
  /** When it aborts, the thing in work is finished and no other is begun. */
  readonly signal: AbortSignal;
};

export type ProvisionOrder = {
  readonly wanted: readonly Wanted[];
  readonly policy: string;
  /** The certificate (PEM) of who signed the endpoint's, where the system does not know it. */
  readonly ca: string | undefined;
  /** Where the AWS IoT API is; undefined for AWS. */
  readonly api: string | undefined;
  /** Whether to change anything. */
  readonly isDone: boolean;
};

/** Throws DevicesError when a folder has the fleet of another AWS account, region or twin. */
const refuseOther = (file: string, fleet: Fleet, api: string | undefined, endpoint?: string): void => {
  if (fleet.api !== api)
    throw new DevicesError(
      'bad_usage',
      `${file} belongs to ${fleet.api ?? 'AWS'}, not to ${api ?? 'AWS'}: ${fleet.api === undefined ? 'leave --endpoint and --twin away' : `add --endpoint ${fleet.api}`}, or choose another folder with --out.`,
    );
  if (endpoint !== undefined && fleet.endpoint !== endpoint)
    throw new DevicesError(
      'bad_usage',
      `${file} belongs to ${fleet.endpoint}, not to ${endpoint}: choose that account and region, or another folder with --out.`,
    );
};

const caFile = 'ca.pem';

/** Makes things and certificates as far as they are missing. Resolves to what was done, or would be, thing by thing. */
export const provision = async (
  { registry, folder, onWork, signal }: ProvisionPorts,
  { wanted, policy, ca, api, isDone }: ProvisionOrder,
): Promise<readonly Work<ProvisionStep>[]> => {
  const endpoint = await registry.endpoint();
  const former = await folder.read();
  if (former !== undefined) refuseOther(folder.file, former, api, endpoint);
  if (!(await registry.hasPolicy(policy)))
    throw new DevicesError(
      'aws_refused',
      `There is no IoT policy "${policy}": deploy the stack, or give the name of its output DevicePolicyName with --policy.`,
    );
  const record = fleetRecord(folder, {
    version: 1,
    endpoint,
    ...(ca !== undefined && { ca: caFile }),
    ...(api !== undefined && { api }),
    policy,
    devices: former?.devices ?? [],
  });
  const ports = { registry, folder, policy, record: record.put };
  const all: Work<ProvisionStep>[] = [];
  try {
    for (const each of wanted) {
      if (signal.aborted) break;
      // A twin that was started anew may have another CA.
      if (isDone && ca !== undefined && all.length === 0) await folder.writeText(caFile, ca);
      const known = record.device(each.thing);
      const finding = await inspectThing(ports, known ?? deviceOf(each, folder), {
        isNew: known === undefined,
      });
      if (isDone && finding.left === undefined) await performSteps(ports, finding);
      const { thing, steps, left } = finding;
      all.push({ thing, steps, left });
      onWork({ thing, steps, left }, all.length, wanted.length);
    }
  } finally {
    await record.close();
  }
  return all;
};

const deviceOf = ({ thing, region, type }: Wanted, folder: FleetFolder): FleetDevice => ({
  thing,
  region,
  ...(type !== undefined && { type }),
  ...folder.pathsOf(thing),
});

export type UndoOrder = Pick<ProvisionOrder, 'api' | 'isDone'> & {
  /** Those to remove; undefined: all of the fleet. */
  readonly things: readonly string[] | undefined;
};

/** Those of the fleet that are named, or all. Throws DevicesError `bad_usage` for a name that it does not have. */
const chosenOf = (
  file: string,
  devices: readonly FleetDevice[],
  things: readonly string[] | undefined,
): readonly FleetDevice[] => {
  if (things === undefined) return devices;
  const unknown = things.find((name) => !devices.some(({ thing }) => thing === name));
  if (unknown === undefined) return devices.filter(({ thing }) => things.includes(thing));
  throw new DevicesError(
    'bad_usage',
    `There is no thing ${unknown} in ${file}: nothing was removed; give names that are in it.`,
  );
};

/** Removes what the fleet file names, thing by thing. Resolves to what was removed, or would be. */
export const undo = async (
  { registry, folder, onWork, signal }: ProvisionPorts,
  { things, api, isDone }: UndoOrder,
): Promise<readonly Work<UndoStep>[]> => {
  const fleet = await folder.read();
  const chosen = chosenOf(folder.file, fleet?.devices ?? [], things);
  if (fleet === undefined) return [];
  refuseOther(folder.file, fleet, api, fleet.devices.length > 0 ? await registry.endpoint() : undefined);
  const record = fleetRecord(folder, fleet);
  const all: Work<UndoStep>[] = [];
  try {
    for (const device of chosen) {
      if (signal.aborted) break;
      const remains = await inspectRemains({ registry, folder }, device);
      if (isDone) {
        await performUndo({ registry, folder }, remains);
        await record.remove(device.thing);
      }
      const { thing, steps, left } = remains;
      all.push({ thing, steps, left });
      onWork({ thing, steps, left }, all.length, chosen.length);
    }
  } finally {
    await record.close();
  }
  if (isDone && record.devices().length === 0) {
    if (fleet.ca !== undefined) await folder.remove(fleet.ca);
    await folder.removeFleet();
  }
  return all;
};

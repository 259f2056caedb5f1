import { DevicesError } from '../devicesError.ts';
import type { Fleet, FleetDevice } from './fleetFile.ts';
import type { FleetFolder } from './fleetFolder.ts';
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
  const devices = new Map((former?.devices ?? []).map((device) => [device.thing, device]));
  const write = (): Promise<void> =>
    folder.write({
      version: 1,
      endpoint,
      ...(ca !== undefined && { ca: caFile }),
      ...(api !== undefined && { api }),
      policy,
      devices: [...devices.values()],
    });
  const record = async (device: FleetDevice): Promise<void> => {
    devices.set(device.thing, device);
    await write();
  };
  const deviceFor = async ({ thing, region, type }: Wanted): Promise<FleetDevice> =>
    devices.get(thing) ?? {
      thing,
      region,
      ...(type !== undefined && { type }),
      ...folder.pathsOf(thing),
      ...((await registry.hasThing(thing)) && { foundThing: true as const }),
    };

  // A twin that was started anew may have another CA.
  if (isDone && ca !== undefined && wanted.length > 0) await folder.writeText(caFile, ca);
  const ports = { registry, folder, policy, record };
  const all: Work<ProvisionStep>[] = [];
  for (const each of wanted) {
    if (signal.aborted) break;
    const finding = await inspectThing(ports, await deviceFor(each));
    if (isDone && finding.left === undefined) await performSteps(ports, finding);
    const { thing, steps, left } = finding;
    all.push({ thing, steps, left });
    onWork({ thing, steps, left }, all.length, wanted.length);
  }
  return all;
};

export type UndoOrder = Pick<ProvisionOrder, 'api' | 'isDone'> & {
  /** Those to remove; undefined: all of the fleet. */
  readonly things: readonly string[] | undefined;
};

/** Removes what the fleet file names, thing by thing. Resolves to what was removed, or would be. */
export const undo = async (
  { registry, folder, onWork, signal }: ProvisionPorts,
  { things, api, isDone }: UndoOrder,
): Promise<readonly Work<UndoStep>[]> => {
  const fleet = await folder.read();
  if (fleet === undefined) return [];
  refuseOther(folder.file, fleet, api, fleet.devices.length > 0 ? await registry.endpoint() : undefined);
  const chosen = fleet.devices.filter(({ thing }) => things?.includes(thing) ?? true);
  let left = fleet.devices;
  const all: Work<UndoStep>[] = [];
  for (const device of chosen) {
    if (signal.aborted) break;
    const remains = await inspectRemains({ registry, folder }, device);
    if (isDone) {
      await performUndo({ registry, folder }, remains);
      left = left.filter(({ thing }) => thing !== device.thing);
      await folder.write({ ...fleet, devices: left });
    }
    const work = { thing: remains.thing, steps: remains.steps, left: remains.left };
    all.push(work);
    onWork(work, all.length, chosen.length);
  }
  if (isDone && left.length === 0) {
    if (fleet.ca !== undefined) await folder.remove(fleet.ca);
    await folder.removeFleet();
  }
  return all;
};

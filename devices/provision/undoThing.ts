import { certificateIdOf } from './certificateOf.ts';
import type { FleetDevice } from './fleetFile.ts';
import type { FleetFolder } from './fleetFolder.ts';
import { removeCertificate } from './removeCertificate.ts';
import type { UndoStep, Work } from './steps.ts';
import type { RegisteredCertificate, ThingRegistry } from './thingRegistry.ts';

type Ports = { readonly registry: ThingRegistry; readonly folder: FleetFolder };

/** What is still there of a thing of the fleet. */
export type Remains = Work<UndoStep> & {
  readonly device: FleetDevice;
  readonly registered: RegisteredCertificate | undefined;
};

const keptFor = (thing: string, others: number): string =>
  `The thing ${thing} has ${others} other ${others === 1 ? 'certificate' : 'certificates'}, so it stays.`;

/** Looks what is to be removed of a device; changes nothing. */
export const inspectRemains = async ({ registry, folder }: Ports, device: FleetDevice): Promise<Remains> => {
  const { thing, foundThing } = device;
  const { certificate } = await folder.filesOf(device);
  const known =
    device.certificateArn ?? (certificate === undefined ? undefined : certificateIdOf(certificate));
  const registered = known === undefined ? undefined : await registry.certificate(known);
  const isOurs = foundThing !== true && (await registry.hasThing(thing));
  const others = isOurs
    ? (await registry.certificatesOf(thing)).filter((arn) => arn !== registered?.arn).length
    : 0;
  return {
    thing,
    device,
    registered,
    steps: [
      ...(registered === undefined ? [] : ['remove the certificate' as const]),
      ...(isOurs && others === 0 ? ['delete the thing' as const] : []),
      'delete the files',
    ],
    left: others > 0 ? keptFor(thing, others) : undefined,
  };
};

/** Removes it from AWS, then the files. */
export const performUndo = async (
  { registry, folder }: Ports,
  { device, registered, steps }: Remains,
): Promise<void> => {
  if (registered !== undefined) await removeCertificate(registry, registered);
  if (steps.includes('delete the thing')) await registry.deleteThing(device.thing);
  await folder.remove(device.certificate);
  await folder.remove(device.privateKey);
};

import { DevicesError } from '../devicesError.ts';
import { belongTogether, certificateIdOf } from './certificateOf.ts';
import type { FleetDevice } from './fleetFile.ts';
import type { DeviceFiles, FleetFolder } from './fleetFolder.ts';
import { removeCertificate } from './removeCertificate.ts';
import { newPrivateKey, signingRequest } from './signingRequest.ts';
import type { ProvisionStep, Work } from './steps.ts';
import type { RegisteredCertificate, ThingRegistry } from './thingRegistry.ts';

type Ports = {
  readonly registry: ThingRegistry;
  readonly folder: FleetFolder;
  readonly policy: string;
  /** Puts a device into the fleet file, in place of what is there of it. */
  readonly record: (device: FleetDevice) => Promise<void>;
};

/** What there is of a thing, and what is missing. */
export type Finding = Work<ProvisionStep> & {
  readonly device: FleetDevice;
  readonly files: DeviceFiles;
  readonly registered: RegisteredCertificate | undefined;
};

/** The certificate that the fleet file names; or, after a stop before that was written, the one in the folder. */
const registeredFor = (
  registry: ThingRegistry,
  { certificateArn }: FleetDevice,
  { certificate }: DeviceFiles,
): Promise<RegisteredCertificate | undefined> => {
  const known = certificateArn ?? (certificate === undefined ? undefined : certificateIdOf(certificate));
  return known === undefined ? Promise.resolve(undefined) : registry.certificate(known);
};

const attachmentSteps = async (
  { registry, policy }: Ports,
  thing: string,
  { arn, status }: RegisteredCertificate,
): Promise<readonly ProvisionStep[]> => {
  const policies = await registry.policiesOf(arn);
  const certificates = await registry.certificatesOf(thing);
  return [
    ...(policies.includes(policy) ? [] : ['attach the policy' as const]),
    ...(certificates.includes(arn) ? [] : ['attach the thing' as const]),
    ...(status === 'ACTIVE' ? [] : ['activate the certificate' as const]),
  ];
};

const revoked = (thing: string, { status }: RegisteredCertificate): string =>
  `The certificate of ${thing} is ${status === 'REVOKED' ? 'revoked' : 'not to be used'}, so it was left alone: take ${thing} out of the fleet with --undo --things ${thing}, then provision it anew.`;

/** Looks what is missing of a thing; changes nothing. `isNew`: it is not in the fleet yet. */
export const inspectThing = async (
  ports: Ports,
  wanted: FleetDevice,
  { isNew }: { readonly isNew: boolean },
): Promise<Finding> => {
  const { registry, folder } = ports;
  const { thing } = wanted;
  const isThere = await registry.hasThing(thing);
  const device: FleetDevice = isNew && isThere ? { ...wanted, foundThing: true } : wanted;
  const files = await folder.filesOf(device);
  const registered = await registeredFor(registry, device, files);
  const found = { thing, device, files, registered };
  if (registered !== undefined && !['ACTIVE', 'INACTIVE'].includes(registered.status))
    return { ...found, steps: [], left: revoked(thing, registered) };
  const { privateKey } = files;
  const isUsable =
    registered !== undefined &&
    privateKey !== undefined &&
    belongTogether(registered.certificate, privateKey);
  const steps: ProvisionStep[] = [];
  if (!isThere) steps.push('create the thing');
  if (privateKey === undefined) steps.push('make a key');
  if (registered !== undefined && !isUsable) steps.push('retire the old certificate');
  if (!isUsable)
    return {
      ...found,
      steps: [
        ...steps,
        'have a certificate signed',
        'attach the policy',
        'attach the thing',
        'activate the certificate',
      ],
    };
  if (files.certificate === undefined) steps.push('write the certificate');
  return { ...found, steps: [...steps, ...(await attachmentSteps(ports, thing, registered))] };
};

const attributesOf = ({ region, type }: FleetDevice): Readonly<Record<string, string>> => ({
  region,
  ...(type !== undefined && { type }),
});

/**
 * Does what an inspection found missing. Each step leaves things so that a second run goes on after it: the key is on the
 * disk before AWS signs, the certificate is in the fleet file before it is attached, and active last.
 */
export const performSteps = async (ports: Ports, finding: Finding): Promise<void> => {
  const { registry, folder, policy, record } = ports;
  const { thing, files } = finding;
  const isNeeded = (step: ProvisionStep): boolean => finding.steps.includes(step);
  let { device, registered } = finding;
  let { privateKey } = files;
  if (finding.steps.length === 0 && device.certificateArn === registered?.arn) return;

  await record(device);
  if (isNeeded('create the thing')) await registry.createThing(thing, attributesOf(device));
  if (privateKey === undefined) {
    privateKey = await newPrivateKey();
    await folder.writeText(device.privateKey, privateKey);
  }
  // Before the old certificate goes: with a key that is damaged there would be none.
  const request = isNeeded('have a certificate signed') ? await requestFor(privateKey, device) : undefined;
  if (isNeeded('retire the old certificate') && registered !== undefined)
    await removeCertificate(registry, registered);
  if (request !== undefined) registered = await registry.createCertificate(request);
  if (registered === undefined) throw new Error(`nothing is known of the certificate of ${thing}`);
  if (registered.certificate !== files.certificate)
    await folder.writeText(device.certificate, registered.certificate);
  device = { ...device, certificateArn: registered.arn };
  await record(device);
  if (isNeeded('attach the policy')) await registry.attachPolicy(policy, registered.arn);
  if (isNeeded('attach the thing')) await registry.attachThing(thing, registered.arn);
  if (isNeeded('activate the certificate')) await registry.setActive(registered.arn, true);
};

const requestFor = async (privateKey: string, { thing, privateKey: file }: FleetDevice): Promise<string> => {
  try {
    return await signingRequest(privateKey, thing);
  } catch {
    throw new DevicesError(
      'bad_file',
      `${file} is no private key that provision made: put the right one back, or remove it to have a new one made.`,
    );
  }
};

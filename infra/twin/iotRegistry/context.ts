import type { Clock } from '../clock.ts';
import { account } from '../resource.ts';
import type { Policy } from '../iotPolicy/policy.ts';
import type { CertificateAuthority } from './certificateAuthority.ts';
import { invalid, notFound } from './iotError.ts';
import type { Registry } from './registry.ts';
import type { Certificate, Thing } from './registryTypes.ts';

/** What the operations of the API work on. */
export type Context = {
  readonly registry: Registry;
  readonly policies: readonly Policy[];
  readonly authority: CertificateAuthority;
  readonly region: string;
  readonly clock: Clock;
  /** `host:port` of the MQTTS port. */
  readonly endpointAddress: () => string;
};

/** One request: path parameters, query, headers and body, still to be checked. */
export type Call = {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The header `x-amzn-principal`. */
  readonly principal: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
};

/** Throws {@link IotError} for what it refuses. What it resolves to is the answer's JSON. */
export type Operation = (context: Context, call: Call) => Promise<object>;

/** An operation that changes things or certificates after it looked at them: none other does so meanwhile. */
export const changing =
  (operation: Operation): Operation =>
  (context, call) =>
    context.registry.oneByOne(() => operation(context, call));

export const thingArn = ({ region }: Context, name: string): string =>
  `arn:aws:iot:${region}:${account}:thing/${name}`;

export const certificateArn = ({ region }: Context, id: string): string =>
  `arn:aws:iot:${region}:${account}:cert/${id}`;

/** AWS IoT API reference, CreateThing. */
const thingName = /^[a-zA-Z0-9:_-]{1,128}$/;

export const thingNameIn = ({ params }: Call): string => {
  const { name = '' } = params;
  if (thingName.test(name)) return name;
  throw invalid(
    `A thing's name has 1 to 128 letters, digits, ":", "_" and "-", unlike ${JSON.stringify(name)}.`,
  );
};

export const existingThing = ({ registry }: Context, name: string): Thing => {
  const thing = registry.thing(name);
  if (thing === undefined) throw notFound(`Thing ${name}`);
  return thing;
};

export const existingCertificate = ({ registry }: Context, id: string): Certificate => {
  if (!/^[0-9a-f]{64}$/.test(id)) throw invalid(`${JSON.stringify(id)} is no certificate id.`);
  const certificate = registry.certificate(id);
  if (certificate === undefined) throw notFound(`Certificate ${id}`);
  return certificate;
};

/** The certificate with this ARN: the only kind of principal and of target that the twin has. */
export const certificateAt = (context: Context, arn: unknown): Certificate => {
  const prefix = certificateArn(context, '');
  if (typeof arn !== 'string' || !arn.startsWith(prefix))
    throw invalid(`The twin knows certificates only, as ${prefix}<id>, not ${JSON.stringify(arn)}.`);
  return existingCertificate(context, arn.slice(prefix.length));
};

export const existingPolicy = ({ policies }: Context, name: string): Policy => {
  const policy = policies.find((candidate) => candidate.name === name);
  if (policy === undefined) throw notFound(`Policy ${name}`);
  return policy;
};

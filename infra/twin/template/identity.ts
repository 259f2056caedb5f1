import { createHash } from 'node:crypto';
import { account } from '../resource.ts';

/** What `Ref` and `Fn::GetAtt` give for a resource. */
export type Identity = {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The value of any other attribute, where a template may ask for whatever it likes. */
  readonly anyAttribute?: (name: string) => string;
};

/** A resource before it has an identity. */
export type Unnamed = {
  readonly logicalId: string;
  readonly stackName: string;
  readonly region: string;
  /** A property resolved to text; undefined if the resource has none of that name. */
  readonly text: (property: string) => string | undefined;
};

export type Identify = (resource: Unnamed) => Identity;

/** The ARN of a resource of a service that has regions; `resource` is what follows the account. */
export const arn = ({ region }: Unnamed, service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;

/** The name given in the template, or one made of stack and logical id, as CloudFormation does without its random tail. */
export const nameIn = (resource: Unnamed, property: string): string =>
  resource.text(property) ?? `${resource.stackName}-${resource.logicalId}`;

const digest = ({ logicalId }: Unnamed): string => createHash('sha256').update(logicalId).digest('hex');

/** Lower-case letters and digits that stay the same from run to run, ten of them as in most ids; at most 48. */
export const idOf = (resource: Unnamed, length = 10): string =>
  BigInt(`0x${digest(resource)}`)
    .toString(36)
    .slice(0, length);

/** A UUID that stays the same from run to run. */
export const uuidOf = (resource: Unnamed): string =>
  digest(resource).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

/** A resource that is known by an id which it is given, and by nothing else. */
export const byId: Identify = (resource) => ({ ref: idOf(resource), attributes: {} });

/** A resource that is known by an id which it is given, and which one attribute repeats. */
export const byIdAnd =
  (attribute: string): Identify =>
  (resource) => ({ ref: idOf(resource), attributes: { [attribute]: idOf(resource) } });

/** A resource that is known by the name in one of its properties; `attributes` are made of that name. */
export const byName =
  (
    property: string,
    attributes: (name: string, resource: Unnamed) => Readonly<Record<string, string>> = () => ({}),
  ): Identify =>
  (resource) => {
    const name = nameIn(resource, property);
    return { ref: name, attributes: attributes(name, resource) };
  };

import { account } from '../resource.ts';
import { decide, type IotAction, type Policy } from './policy.ts';
import type { PolicyVariables } from './policyVariables.ts';
import type { Registry } from '../iotRegistry/registry.ts';
import type { Thing } from '../iotRegistry/registryTypes.ts';

/** Who asks: a client of the MQTTS port. */
export type Principal = { readonly certificateId: string; readonly clientId: string };

/** What clients with a certificate may do. */
export type Permissions = {
  /**
   * Why something is refused, as the end of a sentence that names action and resource; undefined when it is allowed.
   * `name` is a client id, topic or topic filter. What it refuses is counted.
   */
  refusal: (principal: Principal, action: IotAction, name: string) => string | undefined;
  /** How often each action was refused. */
  denied: () => Readonly<Partial<Record<IotAction, number>>>;
};

export type PermissionsOptions = {
  registry: Pick<Registry, 'certificate' | 'thing'>;
  policies: readonly Policy[];
  region: string;
};

const kinds = {
  'iot:Connect': 'client',
  'iot:Publish': 'topic',
  'iot:RetainPublish': 'topic',
  'iot:Receive': 'topic',
  'iot:Subscribe': 'topicfilter',
} as const;

/**
 * The rights of a certificate are those of the policies attached to it, asked anew each time: a change is felt at once
 * (on AWS within minutes). A client is a thing where its id is the thing's name and its certificate is attached to it
 * (AWS IoT developer guide, "Thing policy variables").
 */
export const createPermissions = ({ registry, policies, region }: PermissionsOptions): Permissions => {
  const denied = new Map<IotAction, number>();
  const policyNamed = new Map(policies.map((policy) => [policy.name, policy]));

  const why = ({ certificateId, clientId }: Principal, action: IotAction, resource: string) => {
    const certificate = registry.certificate(certificateId);
    if (certificate === undefined) return `its certificate ${short(certificateId)} is not registered`;
    if (certificate.status !== 'ACTIVE')
      return `its certificate ${short(certificateId)} is ${certificate.status}`;
    const attached = certificate.policies.flatMap((name) => policyNamed.get(name) ?? []);
    const thing = registry.thing(clientId);
    const isAttached = thing?.certificates.includes(certificateId) === true;
    const variables = variablesOf(clientId, isAttached ? thing : undefined);
    const decision = decide(attached, { action, resource, variables });
    if (decision.allowed) return undefined;
    if (decision.by !== undefined) return `policy ${decision.by} denies it`;
    return attached.length === 0
      ? 'its certificate has no policy'
      : `none of ${attached.map(({ name }) => name).join(', ')} allows it${thingHint(isAttached, clientId)}`;
  };

  return {
    refusal: (principal, action, name) => {
      const resource = `arn:aws:iot:${region}:${account}:${kinds[action]}/${name}`;
      const reason = why(principal, action, resource);
      if (reason === undefined) return undefined;
      denied.set(action, (denied.get(action) ?? 0) + 1);
      return `${action} on ${resource} is refused: ${reason}`;
    },
    denied: () => Object.fromEntries(denied),
  };
};

const short = (id: string): string => `${id.slice(0, 8)}…`;

const thingHint = (isAttached: boolean, clientId: string): string =>
  isAttached ? '' : `, and it is attached to no thing ${JSON.stringify(clientId)}`;

const variablesOf = (clientId: string, thing: Thing | undefined): PolicyVariables => ({
  'iot:ClientId': clientId,
  'iot:Connection.Thing.IsAttached': String(thing !== undefined),
  'iot:Connection.Thing.ThingName': thing?.thingName,
  ...Object.fromEntries(
    Object.entries(thing?.attributes ?? {}).map(([name, value]) => [
      `iot:Connection.Thing.Attributes[${name}]`,
      value,
    ]),
  ),
});

import { isObject, objectOf, stringOf, type JsonObject } from '../json.ts';
import { badProperty, record } from '../property.ts';
import { reportUnknownProperties, type Report } from '../report.ts';
import type { Resource } from '../resource.ts';
import { managedPolicies } from './managedPolicies.ts';
import { readDocument, type PolicyKind } from './readDocument.ts';
import type { Statement } from './statement.ts';

/** An `AWS::IAM::Role` with everything that is attached to it. */
export type Role = {
  readonly name: string;
  readonly arn: string;
  /** Who may assume it. */
  readonly trust: readonly Statement[];
  /** What it may do. */
  readonly statements: readonly Statement[];
};

const known = new Set([
  ...['AssumeRolePolicyDocument', 'ManagedPolicyArns', 'Policies', 'RoleName', 'Path'],
  // They change nothing about what is allowed.
  ...['Description', 'MaxSessionDuration', 'Tags'],
]);

/** The ARN of a role, as `Fn::GetAtt` gives it. */
export const roleArnOf = (
  { ref, properties }: Pick<Resource, 'ref' | 'properties'>,
  account: string,
): string => `arn:aws:iam::${account}:role${stringOf(properties['Path']) ?? '/'}${ref}`;

/**
 * Reads a role of `resources` with its inline policies, and the `AWS::IAM::Policy` and `::ManagedPolicy` that name it.
 * Throws TwinError `bad_property` for what the twin does not evaluate: a permissions boundary, a policy of AWS's that it
 * does not know, parts of documents.
 */
export const readRole = (
  role: Resource,
  { resources, account, report }: { resources: readonly Resource[]; account: string; report: Report },
): Role => {
  if (role.properties['PermissionsBoundary'] !== undefined)
    throw badProperty(role, 'PermissionsBoundary', 'is not evaluated by the twin; leave it out');
  reportUnknownProperties(role, known, report);
  const attached = attachedTo(role, resources);
  return {
    name: role.ref,
    arn: roleArnOf(role, account),
    trust: statementsOf(
      role,
      'AssumeRolePolicyDocument',
      record(role, 'AssumeRolePolicyDocument'),
      'trust',
      `${role.logicalId}, trust`,
    ),
    statements: [
      ...managed(role, resources),
      ...inline(role),
      ...attached.flatMap((policy) =>
        statementsOf(policy, 'PolicyDocument', record(policy, 'PolicyDocument'), 'identity'),
      ),
    ],
  };
};

const statementsOf = (
  resource: Resource,
  property: string,
  document: JsonObject,
  kind: PolicyKind,
  place = resource.logicalId,
): readonly Statement[] =>
  readDocument(document, { kind, place, bad: (what) => badProperty(resource, property, what) });

const policyTypes = new Set(['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']);

const attachedTo = (role: Resource, resources: readonly Resource[]): readonly Resource[] =>
  resources.filter(
    ({ type, properties }) => policyTypes.has(type) && [properties['Roles']].flat().includes(role.ref),
  );

const inline = (role: Resource): readonly Statement[] =>
  listOf(role, 'Policies').flatMap((policy) => {
    const { PolicyName: name, PolicyDocument: document } = objectOf(policy);
    if (!isObject(document)) throw badProperty(role, 'Policies', 'must hold policies with a PolicyDocument');
    const place = `${role.logicalId}.${stringOf(name) ?? 'without a name'}`;
    return statementsOf(role, 'Policies', document, 'identity', place);
  });

const managed = (role: Resource, resources: readonly Resource[]): readonly Statement[] =>
  listOf(role, 'ManagedPolicyArns').flatMap((arn) => {
    const name = /^arn:aws[\w-]*:iam::aws:policy\/(.+)$/.exec(String(arn))?.[1];
    const document = name === undefined ? undefined : managedPolicies.get(name);
    if (name !== undefined && document !== undefined)
      return statementsOf(role, 'ManagedPolicyArns', document, 'identity', `${role.logicalId}.${name}`);
    const own = resources.find(({ type, ref }) => type === 'AWS::IAM::ManagedPolicy' && ref === arn);
    if (own !== undefined)
      return statementsOf(own, 'PolicyDocument', record(own, 'PolicyDocument'), 'identity');
    const names = [...managedPolicies.keys()].join(', ');
    throw badProperty(
      role,
      'ManagedPolicyArns',
      `names ${String(arn)}, which the twin does not know: write its statements into the template, or use ${names}`,
    );
  });

const listOf = (role: Resource, property: string): readonly unknown[] => {
  const value = role.properties[property] ?? [];
  if (Array.isArray(value)) return value;
  throw badProperty(role, property, 'must be a list');
};

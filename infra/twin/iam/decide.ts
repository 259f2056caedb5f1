import { applies, type AccessRequest, type Statement } from './statement.ts';

/** The policies that a request within one account is decided by. */
export type Policies = {
  /** Of the role that asks. */
  readonly identity: readonly Statement[];
  /** Of the resource that it asks for. */
  readonly resource: readonly Statement[];
};

export type Decision =
  /** `by`: each of them alone would allow it. */
  | { readonly allowed: true; readonly by: readonly Statement[] }
  /** `by`: what denies it, in a policy of which kind; undefined when nothing allows it. */
  | { readonly allowed: false; readonly by: Statement | undefined; readonly in?: keyof Policies };

/**
 * Whether a request is allowed (IAM user guide, "Policy evaluation for requests within a single account"): a Deny in any
 * policy wins; without one, an Allow of either kind is enough; without an Allow it is denied. A role's trust policy is a
 * resource-based one, and alone decides about a service. There are no service control policies, session policies or
 * permissions boundaries in the twin.
 */
export const decide = ({ identity, resource }: Policies, request: AccessRequest): Decision => {
  const ofRole = identity.filter((statement) => applies(statement, request));
  const ofResource = resource.filter(
    (statement) => isNamed(statement, request) && applies(statement, request),
  );
  const deniedByRole = ofRole.find(({ effect }) => effect === 'Deny');
  if (deniedByRole !== undefined) return { allowed: false, by: deniedByRole, in: 'identity' };
  const deniedByResource = ofResource.find(({ effect }) => effect === 'Deny');
  if (deniedByResource !== undefined) return { allowed: false, by: deniedByResource, in: 'resource' };
  const by = [...ofRole, ...ofResource];
  return by.length > 0 ? { allowed: true, by } : { allowed: false, by: undefined };
};

const isNamed = ({ effect, principals }: Statement, { principal }: AccessRequest): boolean =>
  principals !== undefined &&
  (principals.names(principal) || (effect === 'Deny' && principals.namesAccountOf(principal)));

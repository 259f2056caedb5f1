import {
  certificateAt,
  existingPolicy,
  changing,
  type Call,
  type Context,
  type Operation,
} from './context.ts';
import { pageOf } from './page.ts';

const nameIn = ({ params }: Call): string => params['name'] ?? '';

/** Policies come from the template; they have one version. */
export const getPolicy: Operation = async (context, call) => {
  const { name, arn, document } = existingPolicy(context, nameIn(call));
  return {
    policyName: name,
    policyArn: arn,
    policyDocument: document,
    defaultVersionId: '1',
    generationId: '1',
  };
};

const changePolicies = async (
  context: Context,
  target: unknown,
  change: (policies: readonly string[]) => Iterable<string>,
): Promise<object> => {
  const certificate = certificateAt(context, target);
  const policies = [...new Set(change(certificate.policies))].sort();
  await context.registry.putCertificate({ ...certificate, policies });
  return {};
};

/** Again it changes nothing. */
export const attachPolicy = changing(async (context, call) => {
  const { name } = existingPolicy(context, nameIn(call));
  return changePolicies(context, call.body['target'], (policies) => [...policies, name]);
});

/** Also done when it is not attached. */
export const detachPolicy = changing(async (context, call) => {
  const name = nameIn(call);
  return changePolicies(context, call.body['target'], (policies) =>
    policies.filter((policy) => policy !== name),
  );
});

export const listAttachedPolicies: Operation = async (context, call) => {
  const { policies } = certificateAt(context, call.params['target']);
  const { items, nextToken } = pageOf(policies, (name) => name, {
    size: call.query['pageSize'],
    token: call.query['marker'],
  });
  // One may be left of a template that no longer has it; AWS would not have let it go.
  const known = items.flatMap((name) => context.policies.find((policy) => policy.name === name) ?? []);
  return {
    policies: known.map(({ name, arn }) => ({ policyName: name, policyArn: arn })),
    nextMarker: nextToken,
  };
};

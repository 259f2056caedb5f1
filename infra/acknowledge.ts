import { Stack, Validations } from 'aws-cdk-lib';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';
import type { IConstruct } from 'constructs';

/** Says why what this construct may do ends in a wildcard. `resource` as it stands in the policy. */
export const acknowledgeWildcard = (construct: IConstruct, resource: string, reason: string): void => {
  const named = flattenCfnReference(Stack.of(construct).resolve(resource));
  Validations.of(construct).acknowledge({ id: `AwsSolutions-IAM5[Resource::${named}]`, reason });
};

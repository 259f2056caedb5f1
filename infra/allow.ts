import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Handler } from './handler.ts';

/** Lets a function do so much and no more. CDK's own grants add what other callers may want: an index, a queue's URL. */
export const allow = (handler: Handler, resource: string, ...actions: string[]): void => {
  handler.addToRolePolicy(new PolicyStatement({ actions, resources: [resource] }));
};

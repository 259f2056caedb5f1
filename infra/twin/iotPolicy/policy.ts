import { applies, type Statement } from '../iam/statement.ts';
import { contextOf, type PolicyVariables } from './policyVariables.ts';

/** An AWS IoT policy, as its default version has it. */
export type Policy = {
  readonly name: string;
  readonly arn: string;
  /** The document as it was given, JSON. */
  readonly document: string;
  readonly statements: readonly Statement[];
};

/** What the twin asks policies about (AWS IoT developer guide, "AWS IoT Core policy actions"). */
export type IotAction = 'iot:Connect' | 'iot:Publish' | 'iot:RetainPublish' | 'iot:Subscribe' | 'iot:Receive';

export type AccessRequest = {
  readonly action: IotAction;
  /** An ARN. */
  readonly resource: string;
  readonly variables: PolicyVariables;
};

export type Decision =
  | { readonly allowed: true }
  /** `by`: the policy that denies; undefined when none allows. */
  | { readonly allowed: false; readonly by: string | undefined };

/** Whether policies together allow a request: a Deny wins over any Allow, and without an Allow it is denied. */
export const decide = (
  policies: readonly Policy[],
  { action, resource, variables }: AccessRequest,
): Decision => {
  const request = { action, resource, context: contextOf(variables) };
  const applying = policies.map(({ name, statements }) => ({
    name,
    effects: statements.filter((statement) => applies(statement, request)).map(({ effect }) => effect),
  }));
  const denying = applying.find(({ effects }) => effects.includes('Deny'));
  if (denying !== undefined) return { allowed: false, by: denying.name };
  return applying.some(({ effects }) => effects.includes('Allow'))
    ? { allowed: true }
    : { allowed: false, by: undefined };
};

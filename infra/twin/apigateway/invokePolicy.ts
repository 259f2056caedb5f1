import { fitsGlob } from '../glob.ts';
import { isObject } from '../json.ts';

/**
 * Whether the policy of an authorizer allows `execute-api:Invoke` on `methodArn`: an Allow matches and no Deny does.
 * `*` and `?` match as in IAM. A statement with a Condition, NotAction or NotResource is not evaluated: its Allow
 * counts for nothing and its Deny for everything. Undefined when it is no policy document at all.
 */
export const allowsInvoke = (policyDocument: unknown, methodArn: string): boolean | undefined => {
  if (!isObject(policyDocument)) return undefined;
  const statements = [policyDocument['Statement']].flat();
  if (!statements.every(isObject) || statements.length === 0) return undefined;
  const matching = (effect: string) =>
    statements.some((statement) => statement['Effect'] === effect && matches(statement, effect, methodArn));
  return matching('Allow') && !matching('Deny');
};

const matches = (
  statement: Readonly<Record<string, unknown>>,
  effect: string,
  methodArn: string,
): boolean => {
  if (['Condition', 'NotAction', 'NotResource'].some((key) => key in statement)) return effect === 'Deny';
  return (
    texts(statement['Action']).some((action) => fitsGlob(action.toLowerCase(), 'execute-api:invoke')) &&
    texts(statement['Resource']).some((resource) => fitsGlob(resource, methodArn))
  );
};

const texts = (value: unknown): string[] =>
  [value].flat().filter((item): item is string => typeof item === 'string');

import { isRecord } from './property.ts';

/**
 * Whether the policy of an authorizer allows `execute-api:Invoke` on `methodArn`: an Allow matches and no Deny does.
 * `*` and `?` match as in IAM. A statement with a Condition, NotAction or NotResource is not evaluated: its Allow
 * counts for nothing and its Deny for everything. Undefined when it is no policy document at all.
 */
export const allowsInvoke = (policyDocument: unknown, methodArn: string): boolean | undefined => {
  if (!isRecord(policyDocument)) return undefined;
  const statements = [policyDocument['Statement']].flat();
  if (!statements.every(isRecord) || statements.length === 0) return undefined;
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
    texts(statement['Action']).some((action) => glob(action.toLowerCase(), 'execute-api:invoke')) &&
    texts(statement['Resource']).some((resource) => glob(resource, methodArn))
  );
};

const texts = (value: unknown): string[] =>
  [value].flat().filter((item): item is string => typeof item === 'string');

/** Linear in practice: greedy with one step back, no regular expression that a policy could make explode. */
const glob = (pattern: string, text: string): boolean => {
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let t = 0; t < text.length;) {
    if (pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (pattern[p] === '?' || pattern[p] === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(p));
};

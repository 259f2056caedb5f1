import { isObject, type JsonObject } from '../json.ts';
import { fitsResource } from './arnPattern.ts';
import { readConditions } from './condition.ts';
import { keyKind, type KeyKind } from './contextKeys.ts';
import { neededBy, policyText, variablesOf, type PolicyText } from './policyText.ts';
import { readPrincipals } from './principals.ts';
import type { Statement } from './statement.ts';

/** What a policy is attached to: an identity, a resource, or a role as the answer to who may assume it. */
export type PolicyKind = 'identity' | 'resource' | 'trust';

export type DocumentOptions = {
  readonly kind: PolicyKind;
  /** For people, e.g. `AWS::IAM::Policy "ReadOrders"`. */
  readonly place: string;
  /** The context keys that requests may have; by default those of the twin's services. */
  readonly keyKind?: KeyKind;
  /** How ARNs fit the patterns of Resource; by default as IAM does it. */
  readonly fits?: Statement['fits'];
  /** Makes the error for what AWS would not take or the twin cannot evaluate. `what` continues "the document …". */
  readonly bad: (what: string) => Error;
};

const elements: Readonly<Record<PolicyKind, readonly string[]>> = {
  identity: ['Action', 'NotAction', 'Resource', 'NotResource'],
  resource: ['Principal', 'Action', 'NotAction', 'Resource', 'NotResource'],
  trust: ['Principal', 'Action', 'NotAction'],
};

/**
 * Reads a policy document (IAM user guide, "Grammar of the IAM JSON policy language"). What the twin does not evaluate
 * is an error and never passed over, since access that is not what the document says would be worse than none.
 */
export const readDocument = (document: JsonObject, options: DocumentOptions): readonly Statement[] => {
  const { bad, place } = options;
  const unknown = Object.keys(document).find((name) => !['Version', 'Id', 'Statement'].includes(name));
  if (unknown !== undefined) throw bad(`has ${unknown}, which the twin does not evaluate`);
  const version = document['Version'] ?? '2008-10-17';
  if (version !== '2012-10-17' && version !== '2008-10-17') throw bad('must have the Version 2012-10-17');
  const statements = [document['Statement']].flat();
  if (!statements.every(isObject)) throw bad('must have statements');
  // "Earlier versions of the policy language don't support policy variables."
  const textOf = version === '2012-10-17' ? policyText : (text: string): PolicyText => [text];
  return statements.map((statement, n) =>
    readStatement(statement, { ...options, place: `${place}, statement ${n + 1}`, textOf }),
  );
};

type StatementOptions = DocumentOptions & { textOf: (text: string) => PolicyText };

const readStatement = (given: JsonObject, options: StatementOptions): Statement => {
  const { kind, place, bad, fits = fitsResource } = options;
  const known = ['Sid', 'Effect', 'Condition', ...elements[kind]];
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) throw bad(`has ${unknown}, which the twin does not evaluate there`);
  const { Effect: effect } = given;
  if (effect !== 'Allow' && effect !== 'Deny') throw bad('must have the Effect Allow or Deny');
  const actions = readActions(given, bad);
  const resources = kind === 'trust' ? undefined : readResources(given, options);
  const conditions = readConditions(given['Condition'] ?? {}, options.keyKind ?? keyKind, bad);
  const texts = [...(resources?.patterns ?? []), ...conditions.flatMap(({ values }) => values)];
  refuseUnknownVariables(texts, options);
  return {
    place,
    effect,
    actions,
    resources,
    conditions,
    principals: kind === 'identity' ? undefined : readPrincipals(required(given, 'Principal', bad), bad),
    needs: [...new Set(texts.flatMap(neededBy))],
    fits,
  };
};

type Bad = DocumentOptions['bad'];

const readActions = (given: JsonObject, bad: Bad): Statement['actions'] => {
  const { isNot, patterns } = eitherOf(given, 'Action', 'NotAction', bad);
  const stray = patterns.find((one) => one !== '*' && !/^[\w-]+:[\w*?]+$/.test(one));
  if (stray !== undefined) throw bad(`has the action ${stray}, which is none`);
  return { isNot, patterns: patterns.map((one) => one.toLowerCase()) };
};

const readResources = (given: JsonObject, options: StatementOptions): Statement['resources'] => {
  const { bad, textOf } = options;
  const { isNot, patterns } = eitherOf(given, 'Resource', 'NotResource', bad);
  const stray = patterns.find((one) => one !== '*' && !/^arn:[^:]*:/.test(one));
  if (stray !== undefined) throw bad(`has the resource ${stray}, which is no ARN`);
  // "This portion of the ARN appears after the fifth colon."
  const early = patterns.find((one) => /^([^:]*:){0,4}[^:]*\$\{/.test(one) && textOf(one).length > 1);
  if (early !== undefined) throw bad(`has a variable before the fifth colon of ${early}`);
  return { isNot, patterns: patterns.map(textOf) };
};

const eitherOf = (given: JsonObject, name: string, not: string, bad: Bad) => {
  if (given[name] !== undefined && given[not] !== undefined) throw bad(`has both ${name} and ${not}`);
  const isNot = given[not] !== undefined;
  const list: readonly unknown[] = [required(given, isNot ? not : name, bad)].flat();
  const patterns = list.filter((one) => typeof one === 'string');
  if (patterns.length === 0 || patterns.length < list.length)
    throw bad(`must have texts as ${isNot ? not : name}`);
  return { isNot, patterns };
};

const required = (given: JsonObject, name: string, bad: Bad): unknown => {
  const value = given[name];
  if (value === undefined) throw bad(`must have ${name} in every statement`);
  return value;
};

const refuseUnknownVariables = (texts: readonly PolicyText[], options: DocumentOptions): void => {
  const kindOf = options.keyKind ?? keyKind;
  const variables = texts.flatMap(variablesOf);
  const unknown = variables.find(({ key }) => kindOf(key) === undefined);
  if (unknown !== undefined) throw options.bad(`has \${${unknown.name}}, which the twin has no value for`);
  const many = variables.find(({ key }) => kindOf(key) === 'many');
  if (many !== undefined)
    throw options.bad(`has \${${many.name}}, which may have several values and is no variable`);
};

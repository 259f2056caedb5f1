import { isObject, type JsonObject } from '../json.ts';
import { badProperty, record } from '../property.ts';
import { reportUnknownProperties, type Report } from '../report.ts';
import { account, type Resource } from '../resource.ts';
import { isOperator, type Condition } from './conditions.ts';
import type { Policy, Statement } from './policy.ts';
import { isKnownVariable, variablesIn } from './policyVariables.ts';

/** Longest document without white space (AWS General Reference, "AWS IoT Core endpoints and quotas"). */
const maxDocumentLength = 2048;

const honoured = new Set(['PolicyName', 'PolicyDocument', 'Tags']);

/**
 * An `AWS::IoT::Policy`. Throws TwinError `bad_property` for a document that AWS would not take, and for parts of one
 * that the twin cannot evaluate, since access that is not what the document says would be worse than none: NotAction,
 * NotResource, variables other than the client's id and thing, operators other than Bool and String….
 */
export const readPolicy = (
  resource: Resource,
  { region, report }: { region: string; report: Report },
): Policy => {
  reportUnknownProperties(resource, honoured, report);
  const document = record(resource, 'PolicyDocument');
  const text = JSON.stringify(document);
  const bad = (what: string) => badProperty(resource, 'PolicyDocument', what);
  if (text.length > maxDocumentLength)
    throw bad(`has ${text.length} characters, more than ${maxDocumentLength}`);
  const statements = [document['Statement']].flat();
  if (!statements.every(isObject) || statements.length === 0) throw bad('must have statements');
  const name = resource.ref;
  return {
    name,
    arn: `arn:aws:iot:${region}:${account}:policy/${name}`,
    document: text,
    statements: statements.map((statement) => readStatement(statement, bad)),
  };
};

type Bad = (what: string) => Error;

const fields = new Set(['Sid', 'Effect', 'Action', 'Resource', 'Condition']);

const readStatement = (statement: JsonObject, bad: Bad): Statement => {
  const unknown = Object.keys(statement).find((key) => !fields.has(key));
  if (unknown !== undefined) throw bad(`has ${unknown}, which the twin does not evaluate`);
  const { Effect: effect } = statement;
  if (effect !== 'Allow' && effect !== 'Deny') throw bad('must have the Effect Allow or Deny');
  const resources = texts(statement['Resource'], 'Resource', bad);
  refuseUnknown(resources, bad);
  return {
    effect,
    actions: texts(statement['Action'], 'Action', bad).map((action) => action.toLowerCase()),
    resources,
    conditions: readConditions(statement['Condition'] ?? {}, bad),
  };
};

const texts = (value: unknown, name: string, bad: Bad): readonly string[] => {
  const list: readonly unknown[] = [value].flat();
  const found = list.filter((item) => typeof item === 'string' || typeof item === 'boolean').map(String);
  if (found.length === 0 || found.length < list.length) throw bad(`must have texts as ${name}`);
  return found;
};

const refuseUnknown = (patterns: readonly string[], bad: Bad): void => {
  const unknown = patterns.flatMap(variablesIn).find((name) => !isKnownVariable(name));
  if (unknown !== undefined) throw bad(`has \${${unknown}}, which the twin has no value for`);
};

const readConditions = (given: unknown, bad: Bad): readonly Condition[] => {
  if (!isObject(given)) throw bad('must have a map as Condition');
  return Object.entries(given).flatMap(([operator, tests]) => {
    if (!isOperator(operator) || !isObject(tests))
      throw bad(`has the condition ${operator}, which the twin does not evaluate`);
    return Object.entries(tests).map(([variable, wanted]) => {
      refuseUnknown([`\${${variable}}`], bad);
      const values = texts(wanted, `values of ${variable}`, bad);
      refuseUnknown(values, bad);
      return { operator, variable, values };
    });
  });
};

import { isTrue, objectOf, type JsonObject } from '../json.ts';
import { notHonoured, reportUnknownProperties, type Report } from '../report.ts';
import { account, type Resource } from '../resource.ts';
import { TwinError } from '../twinError.ts';
import { readAction, type Action, type ActionContext } from './actions.ts';
import { compileRule, type CompiledRule } from './compileRule.ts';

/** One `AWS::IoT::TopicRule`, ready to run. */
export type Rule = CompiledRule & {
  name: string;
  actions: Action[];
  errorAction: Action | undefined;
};

const properties = new Set(['RuleName', 'TopicRulePayload', 'Tags']);
const payloadProperties = new Set([
  'Sql',
  'AwsIotSqlVersion',
  'RuleDisabled',
  'Actions',
  'ErrorAction',
  'Description',
]);

export type DefinitionOptions = { region: string; report: Report };

/**
 * Reads a rule; undefined when it is disabled. Throws TwinError: `unsupported_sql` (also for another SQL version than
 * 2016-03-23), `unsupported_action`, `bad_property`. A property it does not honour is reported.
 */
export const readRule = (resource: Resource, { region, report }: DefinitionOptions): Rule | undefined => {
  const name = ruleName(resource);
  const payload = objectOf(resource.properties['TopicRulePayload']);
  reportUnknownProperties(resource, properties, report);
  for (const name of Object.keys(payload).filter((key) => !payloadProperties.has(key)))
    report(notHonoured(resource, `TopicRulePayload.${name}`));
  const compiled = compileRule(sqlOf(payload, name), name);
  const sourceArn = `arn:aws:iot:${region}:${account}:rule/${name}`;
  const caller = { principal: 'iot.amazonaws.com', sourceArn, sourceAccount: account } as const;
  const context: ActionContext = { rule: name, caller };
  const actions = listOf(payload['Actions']).map((action) => readAction(action, context));
  const errorAction = payload['ErrorAction'];
  const rule = {
    ...compiled,
    name,
    actions,
    errorAction: errorAction === undefined ? undefined : readAction(errorAction, context),
  };
  return isTrue(payload['RuleDisabled']) ? undefined : rule;
};

/** Letters, digits and `_` (AWS IoT API reference, CreateTopicRule). */
const ruleName = ({ properties: { RuleName }, ref, logicalId }: Resource): string => {
  const name = typeof RuleName === 'string' ? RuleName : ref;
  if (/^\w{1,128}$/.test(name)) return name;
  throw new TwinError(
    'bad_property',
    `AWS::IoT::TopicRule ${logicalId}: "${name}" is not a rule name; use 1-128 letters, digits and underscores.`,
  );
};

/** Without a version CloudFormation takes 2015-10-08, which reads numbers and arrays differently. */
const sqlOf = ({ Sql, AwsIotSqlVersion }: JsonObject, name: string): string => {
  if (typeof Sql !== 'string')
    throw new TwinError('bad_property', `Rule ${name}: TopicRulePayload needs a Sql statement.`);
  if (AwsIotSqlVersion === '2016-03-23') return Sql;
  throw new TwinError(
    'unsupported_sql',
    `Rule ${name}: set AwsIotSqlVersion to 2016-03-23, the one the twin runs.`,
  );
};

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

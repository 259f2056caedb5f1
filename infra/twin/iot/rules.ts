import { randomUUID } from 'node:crypto';
import { NotKept } from '../journal/journal.ts';
import { createMeter, type Meter } from '../meter.ts';
import type { Report } from '../report.ts';
import type { Resource } from '../resource.ts';
import type { Witness } from '../witness.ts';
import type { Action, ActionPorts, Output } from './actions.ts';
import { createRuleMeter, type RuleMeter } from './iotMeter.ts';
import type { PublishedMessage } from './publishedMessage.ts';
import { readRule, type Rule } from './ruleDefinition.ts';
import { matches } from './topicFilter.ts';
import { createUnrouted } from './unrouted.ts';

export type RulesOptions = {
  /** `AWS::IoT::TopicRule`, every property resolved; others are passed over. */
  resources: readonly Resource[];
  /** Part of the rules' ARNs, which permissions name. */
  region: string;
  actions: ActionPorts;
  meter?: Pick<Meter, 'add'>;
  witness?: Witness;
  /** Gets a line for everything that is lost or not honoured. */
  report: Report;
};

export type Rules = {
  /**
   * Runs every rule that a message reaches, at the same time; resolves when each action was taken or reported as
   * failed. A rule that fails stops no other. Rejects with `NotKept` only, when the twin itself cannot keep what it
   * takes; then nothing is to be acknowledged.
   */
  onPublish: (message: PublishedMessage) => Promise<void>;
};

/** Starts the rules engine. Throws TwinError for a rule that the twin cannot run as AWS would (see `readRule`). */
export const startRules = (options: RulesOptions): Rules => {
  const rules = options.resources
    .filter(({ type }) => type === 'AWS::IoT::TopicRule')
    .flatMap((resource) => readRule(resource, options) ?? []);
  const running: Running = { ...options, meterRule: createRuleMeter(options.meter ?? createMeter()) };
  const unrouted = createUnrouted(rules, options);
  return {
    onPublish: async (message) => {
      const reached = rules.filter((rule) => reaches(message, rule));
      if (reached.length === 0) unrouted(message);
      await Promise.all(reached.map((rule) => run(rule, message, running)));
    },
  };
};

type Running = Pick<RulesOptions, 'actions' | 'report'> & { meterRule: RuleMeter };

/** Basic Ingest goes to the rule it names, whatever that one's FROM says. */
const reaches = (message: PublishedMessage, rule: Rule): boolean => {
  if (message.rule !== undefined) return message.rule === rule.name;
  return rule.topicFilter !== undefined && matches(rule.topicFilter, message.topic);
};

const run = async (rule: Rule, message: PublishedMessage, options: Running): Promise<void> => {
  const result = rule.evaluate(message);
  options.meterRule(rule, message, result.kind === 'json' || result.kind === 'bytes');
  if (result.kind === 'skip') return;
  if (result.kind === 'failed') {
    options.report(`Rule ${rule.name} did not run for a message to ${message.topic}: ${result.reason}.`);
    return;
  }
  const outcomes = await Promise.all(rule.actions.map((action) => attempt(action, result, options.actions)));
  const failures = outcomes.filter((failure) => failure !== undefined);
  if (failures.length > 0) await runErrorAction(rule, message, failures, options);
};

/** As in the message of an error action. */
type Failure = { failedAction: string; failedResource: string; errorMessage: string };

const attempt = async (action: Action, output: Output, ports: ActionPorts): Promise<Failure | undefined> => {
  const failure = (errorMessage: string): Failure => ({
    failedAction: action.name,
    failedResource: action.target,
    errorMessage,
  });
  try {
    const handover = await action.run(output, ports);
    return handover.accepted ? undefined : failure(handover.reason);
  } catch (error) {
    if (error instanceof NotKept) throw error;
    return failure(error instanceof Error ? error.message : String(error));
  }
};

/** One message for all failures of a rule; its format is in the developer guide, "Error handling (error action)". */
const runErrorAction = async (
  rule: Rule,
  message: PublishedMessage,
  failures: Failure[],
  { actions, report }: Running,
): Promise<void> => {
  const value = {
    ruleName: rule.name,
    topic: message.topic,
    cloudwatchTraceId: randomUUID(),
    clientId: message.clientId,
    base64OriginalPayload: message.payload.toString('base64'),
    failures,
  };
  const second =
    rule.errorAction === undefined
      ? 'it has no error action'
      : await attempt(rule.errorAction, { kind: 'json', value }, actions);
  if (second !== undefined) report(loss(rule, message, failures, second));
};

const loss = (
  rule: Rule,
  { topic }: PublishedMessage,
  failures: Failure[],
  second: string | Failure,
): string => {
  const first = failures.map(describe).join('; ');
  const then = typeof second === 'string' ? second : `its error action failed too (${describe(second)})`;
  return `Rule ${rule.name} lost a message to ${topic}: ${first}; ${then}.`;
};

const describe = ({ failedAction, failedResource, errorMessage }: Failure): string =>
  `${failedAction} on ${failedResource}: ${errorMessage}`;

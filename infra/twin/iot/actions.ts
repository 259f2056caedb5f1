import { Buffer } from 'node:buffer';
import { isTrue, objectOf, type JsonObject } from '../json.ts';
import { TwinError } from '../twinError.ts';
import type { RuleResult } from './compileRule.ts';

/** Whether another service took what a rule handed to it. `reason` is a sentence for the error action. */
export type Handover = { accepted: true } | { accepted: false; reason: string };

/** In whose name a rule calls a function; the function's resource-based policy is checked against it. */
export type RuleCaller = { principal: 'iot.amazonaws.com'; sourceArn: string; sourceAccount: string };

/** The services that actions reach. A rejected promise counts as a failure of the action. */
export type ActionPorts = {
  /** Invokes asynchronously: accepted means that the event is in the function's queue. */
  invokeAsync: (functionArn: string, event: unknown, caller: RuleCaller) => Promise<Handover>;
  /** `roleArn` is the role that the action names, by which the rule is to send. */
  sendMessage: (queueUrl: string, body: string, roleArn: string, rule: ActionContext) => Promise<Handover>;
};

/** What the actions of a rule get. */
export type Output = Extract<RuleResult, { kind: 'json' | 'bytes' }>;

/** One action of a rule, ready to run. `name` and `target` are what a failure is reported under. */
export type Action = {
  name: string;
  target: string;
  run: (output: Output, ports: ActionPorts) => Promise<Handover>;
};

export type ActionContext = { rule: string; caller: RuleCaller };

type Settings = JsonObject;

/** The actions the twin runs, by their key in `TopicRulePayload.Actions`. */
const kinds: Readonly<Record<string, (settings: Settings, context: ActionContext) => Action>> = {
  Lambda: (settings, context) => lambdaAction(textIn(settings, 'FunctionArn', 'Lambda', context), context),
  Sqs: (settings, context) => sqsAction(settings, context),
};

/**
 * Reads one entry of `Actions`, or `ErrorAction`. Throws TwinError `unsupported_action` for a kind the twin does not
 * run and `bad_property` for a missing setting, naming action and rule.
 */
export const readAction = (definition: unknown, context: ActionContext): Action => {
  const [entry, ...others] = Object.entries(objectOf(definition));
  const [kind, settings] = entry ?? ['without a kind', undefined];
  const create = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (create !== undefined && others.length === 0) return create(objectOf(settings), context);
  throw new TwinError(
    'unsupported_action',
    `Rule ${context.rule} has an action ${[kind, ...others.map(([other]) => other)].join(' + ')}; the twin runs ${Object.keys(kinds).join(' and ')}.`,
  );
};

const textIn = (settings: Settings, name: string, action: string, { rule }: ActionContext): string => {
  const value = settings[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new TwinError('bad_property', `Rule ${rule}: its ${action} action needs a ${name}.`);
};

const lambdaAction = (functionArn: string, { caller }: ActionContext): Action => ({
  name: 'LambdaAction',
  target: functionArn,
  run: async (output, { invokeAsync }) =>
    output.kind === 'json' ? invokeAsync(functionArn, output.value, caller) : binaryRefused,
});

/** AWS IoT developer guide, "Working with binary payloads". */
const binaryRefused: Handover = {
  accepted: false,
  reason: "The payload is not JSON and Lambda takes no raw bytes: use SELECT encode(*, 'base64') AS data.",
};

const sqsAction = (settings: Settings, context: ActionContext): Action => {
  const queueUrl = textIn(settings, 'QueueUrl', 'Sqs', context);
  const roleArn = textIn(settings, 'RoleArn', 'Sqs', context);
  const useBase64 = isTrue(settings['UseBase64']);
  return {
    name: 'SqsAction',
    target: queueUrl,
    run: async (output, { sendMessage }) => {
      const bytes = output.kind === 'bytes' ? output.value : Buffer.from(JSON.stringify(output.value));
      const body = useBase64 ? bytes.toString('base64') : textOf(bytes);
      if (body === undefined) return notText;
      return sendMessage(queueUrl, body, roleArn, context);
    },
  };
};

const notText: Handover = {
  accepted: false,
  reason: 'The payload is not UTF-8 and an SQS message is text: set UseBase64.',
};

const textOf = (bytes: Buffer): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

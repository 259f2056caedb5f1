import type { Authorize } from '../apigateway/ports.ts';
import type { Call } from '../dynamodb/call.ts';
import { leadingKeys } from '../dynamodb/leadingKeys.ts';
import { permissionsNeeded, type Needed } from '../dynamodb/permissionsNeeded.ts';
import type { TableKeys } from '../dynamodb/tableKeys.ts';
import type { ActionContext } from '../iot/actions.ts';
import { queueArn, queueNameOf } from '../sqs/queueUrl.ts';
import type { Access, Asked } from './access.ts';
import { refusalSentence } from './refusal.ts';

/** Who may use which service, in the words of each; what refuses gives the sentence that AWS says then. */
export type Guard = {
  /** A request of DynamoDB's. */
  readonly table: (
    accessKeyId: string,
    call: Call,
    tables: ReadonlyMap<string, TableKeys>,
  ) => string | undefined;
  /** A request of SQS's. */
  readonly queue: (accessKeyId: string, operation: string, queueName: string) => string | undefined;
  /** A request of `@connections`. */
  readonly management: Authorize;
  /** Whether a function's lines get into its log group. */
  readonly log: (functionName: string, logGroup: string, logStream: string) => boolean;
  /** Lambda hands what became of an event to a destination or dead-letter queue, by the function's role. */
  readonly destination: (functionName: string, arn: string) => string | undefined;
  /** Lambda does this with a queue for an event source mapping, by the function's role. */
  readonly poll: (functionName: string, action: PollAction, arn: string) => boolean;
  /** A rule sends to a queue, by the role that its action names. */
  readonly rule: (roleArn: string, rule: ActionContext, queueUrl: string) => string | undefined;
};

/** What an event source mapping needs (Lambda guide, "Using Lambda with Amazon SQS", execution role permissions). */
export type PollAction = 'sqs:ReceiveMessage' | 'sqs:GetQueueAttributes' | 'sqs:DeleteMessage';

export const guardOf = (access: Access, place: { region: string; account: string }): Guard => {
  const { region, account } = place;
  const arnOfQueue = (urlOrArn: string): string => queueArn({ ...place, name: queueNameOf(urlOrArn) });
  const sentence = (asked: Asked): string | undefined => {
    const refused = access.refusal(asked);
    return refused && refusalSentence(refused);
  };
  /** SQS says the action in lower case (captured). */
  const ofQueue = (asked: Asked): string | undefined => {
    const refused = access.refusal(asked);
    return refused && refusalSentence({ ...refused, action: asked.action.toLowerCase() });
  };

  return {
    table: (accessKeyId, call, tables) => {
      const session = access.keyHolder(accessKeyId);
      if (session === undefined) return undefined;
      for (const { action, table, index } of permissionsNeeded(call)) {
        const resource = tableArn(place, { table, index });
        const refused = sentence({ session, action, resource, context: tableContext(call, table, tables) });
        if (refused !== undefined) return refused;
      }
      return undefined;
    },
    queue: (accessKeyId, operation, queueName) => {
      const session = access.keyHolder(accessKeyId);
      if (session === undefined) return undefined;
      // There are no actions for batches: theirs are those of one message (SQS API permissions).
      const action = `sqs:${operation.replace(/Batch$/, '')}`;
      return ofQueue({ session, action, resource: arnOfQueue(queueName) });
    },
    management: ({ accessKeyId, action, resource }) => {
      const session = access.keyHolder(accessKeyId);
      const advise = resource.replace(/[^/]*$/, '*');
      const refused = session && access.refusal({ session, action, resource, advise });
      if (refused === undefined) return { allowed: true };
      return { allowed: false, message: refusalSentence({ ...refused, resource: masked(resource) }) };
    },
    log: (functionName, logGroup, logStream) => {
      const session = access.ofFunction(functionName);
      const group = `arn:aws:logs:${region}:${account}:log-group:${logGroup}`;
      const resource = `${group}:log-stream:${logStream}`;
      return ['logs:CreateLogStream', 'logs:PutLogEvents'].every(
        (action) =>
          session === undefined ||
          access.refusal({ session, action, resource, advise: `${group}:*` }) === undefined,
      );
    },
    destination: (functionName, arn) => {
      const session = access.ofFunction(functionName);
      return session && ofQueue({ session, action: 'sqs:SendMessage', resource: arnOfQueue(arn) });
    },
    poll: (functionName, action, arn) => {
      const session = access.ofFunction(functionName);
      return session === undefined || access.refusal({ session, action, resource: arn }) === undefined;
    },
    rule: (roleArn, { rule, caller }, queueUrl) => {
      const { principal: service, sourceArn } = caller;
      const session = access.assume({ roleArn, service, sourceArn, name: rule });
      if ('reason' in session) return session.reason;
      return ofQueue({ session, action: 'sqs:SendMessage', resource: arnOfQueue(queueUrl) });
    },
  };
};

const tableArn = (
  { region, account }: { region: string; account: string },
  { table, index }: { table: string; index: Needed['index'] },
): string =>
  `arn:aws:dynamodb:${region}:${account}:table/${table}${index === undefined ? '' : `/index/${index}`}`;

const tableContext =
  (call: Call, table: string, tables: ReadonlyMap<string, TableKeys>) =>
  (key: string): readonly string[] | undefined => {
    const keys = tables.get(table);
    return key === 'dynamodb:leadingkeys' && keys !== undefined ? leadingKeys(call, table, keys) : undefined;
  };

/** API Gateway shows but the end of the account, and no connection (captured). */
const masked = (resource: string): string =>
  resource.replace(/:\d{8}(\d{4}):/, ':********$1:').replace(/[^/]*$/, '{connectionId}');

import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { NotKept } from '../journal/journal.ts';
import { account, type Resource } from '../resource.ts';
import { TwinError } from '../twinError.ts';
import type { ActionPorts, Handover } from './actions.ts';
import { createPresence } from './presence.ts';
import type { PublishedMessage } from './publishedMessage.ts';
import { startRules, type Rules } from './rules.ts';

const arn = (name: string) => `arn:aws:lambda:eu-west-1:${account}:function:${name}`;
const lambda = (name: string) => ({ Lambda: { FunctionArn: arn(name) } });
const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/000000000000/queue';
const roleArn = 'arn:aws:iam::000000000000:role/r';

const ruleResource = (name: string, payload: Record<string, unknown>): Resource => ({
  logicalId: `${name}Resource`,
  type: 'AWS::IoT::TopicRule',
  ref: name,
  properties: {
    TopicRulePayload: { AwsIotSqlVersion: '2016-03-23', Sql: "SELECT * FROM 'a/+'", ...payload },
  },
});

const message = (changes: Partial<PublishedMessage> = {}): PublishedMessage => ({
  topic: 'a/b',
  payload: Buffer.from('{"n":1}'),
  clientId: 'client-1',
  timestamp: 5,
  rule: undefined,
  ...changes,
});

type Engine = Rules & { invoked: unknown[]; sent: unknown[]; lines: string[] };

/** A rules engine over ports that note every call and answer as told. */
const engine = (resources: Resource[], answers: Partial<Record<string, Handover>> = {}): Engine => {
  const [invoked, sent, lines]: [unknown[], unknown[], string[]] = [[], [], []];
  const answer = (key: string): Handover => answers[key] ?? { accepted: true };
  const actions: ActionPorts = {
    invokeAsync: async (functionArn, event, caller) => {
      invoked.push({ functionArn, event, caller });
      if (functionArn === arn('full')) throw new NotKept('the disk is full');
      if (functionArn === arn('broken')) throw new Error('the wire is cut');
      return answer(functionArn);
    },
    sendMessage: async (url, body, roleArn) => {
      sent.push({ url, body, roleArn });
      return answer(url);
    },
  };
  const report = (line: string) => void lines.push(line);
  return { ...startRules({ resources, region: 'eu-west-1', actions, report }), invoked, sent, lines };
};

const refusal = (resource: Resource): TwinError => {
  try {
    engine([resource]);
  } catch (error) {
    if (error instanceof TwinError) return error;
  }
  throw new Error('the rule is taken');
};

describe('a rule', () => {
  it('whose action cannot be kept fails the message as a whole, without its error action', async () => {
    const Actions = [lambda('f'), lambda('full')];
    const { onPublish, sent, lines } = engine([
      ruleResource('R', { Actions, ErrorAction: { Sqs: { QueueUrl: queueUrl, RoleArn: roleArn } } }),
    ]);
    await expect(onPublish(message())).rejects.toThrow(NotKept);
    expect([sent, lines]).toEqual([[], []]);
  });

  it('invokes its function in its own name with what it selects', async () => {
    const { onPublish, invoked, lines } = engine([ruleResource('R1', { Actions: [lambda('f')] })]);
    await onPublish(message());
    const caller = {
      principal: 'iot.amazonaws.com',
      sourceArn: `arn:aws:iot:eu-west-1:${account}:rule/R1`,
      sourceAccount: account,
    };
    expect(invoked).toEqual([{ functionArn: arn('f'), event: { n: 1 }, caller }]);
    expect(lines).toEqual([]);
  });

  it.each([
    [
      '*',
      [
        'clientId',
        'timestamp',
        'eventType',
        'sessionIdentifier',
        'principalIdentifier',
        'ipAddress',
        'versionNumber',
      ],
    ],
    ['clientId, eventType, timestamp', ['clientId', 'eventType', 'timestamp']],
  ])('gets the presence of every client with SELECT %s', async (columns, keys) => {
    const Sql = `SELECT ${columns} FROM '$aws/events/presence/+/+'`;
    const { onPublish, invoked } = engine([ruleResource('presence', { Sql, Actions: [lambda('seen')] })]);
    const presence = createPresence({ now: () => 7 });
    await onPublish(presence('pump', { kind: 'connected', ipAddress: '127.0.0.1' }));
    await onPublish(presence('pump', { kind: 'disconnected', reason: 'CONNECTION_LOST' }));
    const events = invoked.map((call) => (call as { event: Record<string, unknown> }).event);
    expect(events).toMatchObject([
      { clientId: 'pump', timestamp: 7, eventType: 'connected' },
      { clientId: 'pump', timestamp: 7, eventType: 'disconnected' },
    ]);
    expect(Object.keys(events[0] ?? {}).sort()).toEqual([...keys].sort());
  });

  it('takes its name from RuleName before that of the resource', async () => {
    const resource = ruleResource('Ref', { Actions: [lambda('f')] });
    const named = { ...resource, properties: { ...resource.properties, RuleName: 'Given' } };
    const { onPublish, invoked } = engine([named]);
    await onPublish(message({ rule: 'Given' }));
    expect(invoked).toMatchObject([
      { caller: { sourceArn: expect.stringMatching(/rule\/Given$/) as string } },
    ]);
  });

  it('does not run for a topic its FROM does not cover, for a WHERE that is not true, or when it is disabled', async () => {
    const { onPublish, invoked } = engine([
      ruleResource('Elsewhere', { Sql: "SELECT * FROM 'x/+'", Actions: [lambda('elsewhere')] }),
      ruleResource('Where', { Sql: "SELECT * FROM 'a/+' WHERE missing > 1", Actions: [lambda('where')] }),
      ruleResource('Disabled', { RuleDisabled: 'true', Actions: [lambda('disabled')] }),
      ruleResource('Runs', { Actions: [lambda('runs')] }),
    ]);
    await onPublish(message());
    expect(invoked).toMatchObject([{ functionArn: arn('runs') }]);
  });

  it('sends to a queue as text, or as base64 when told so, with its role', async () => {
    const Sqs = { QueueUrl: queueUrl, RoleArn: roleArn, UseBase64: false };
    const { onPublish, sent } = engine([
      ruleResource('R1', { Actions: [{ Sqs }, { Sqs: { ...Sqs, UseBase64: true } }] }),
    ]);
    await onPublish(message());
    const base64 = Buffer.from('{"n":1}').toString('base64');
    expect(sent).toEqual([
      { url: queueUrl, body: '{"n":1}', roleArn },
      { url: queueUrl, body: base64, roleArn },
    ]);
  });

  it('sends raw bytes to a queue in base64', async () => {
    const { onPublish, sent } = engine([
      ruleResource('R1', { Actions: [{ Sqs: { QueueUrl: queueUrl, RoleArn: roleArn, UseBase64: true } }] }),
    ]);
    await onPublish(message({ payload: Buffer.from([0xff]) }));
    expect(sent).toMatchObject([{ body: '/w==' }]);
  });
});

describe('Basic Ingest', () => {
  it('reaches only the rule it names, whatever its FROM says', async () => {
    const { onPublish, invoked } = engine([
      ruleResource('Named', { Sql: "SELECT topic() AS t FROM 'x'", Actions: [lambda('named')] }),
      ruleResource('Other', { Actions: [lambda('other')] }),
    ]);
    await onPublish(message({ rule: 'Named' }));
    expect(invoked).toMatchObject([{ functionArn: arn('named'), event: { t: 'a/b' } }]);
  });

  it('reports a message to a rule that there is not', async () => {
    const { onPublish, lines } = engine([]);
    await onPublish(message({ rule: 'Nobody' }));
    expect(lines).toEqual([expect.stringContaining('Nobody')]);
  });
});

describe('an action that fails', () => {
  const refused: Handover = { accepted: false, reason: 'not allowed' };

  it('runs the error action once with the payload AWS sends', async () => {
    const { onPublish, sent, lines } = engine(
      [
        ruleResource('R1', {
          Actions: [lambda('f'), lambda('g'), lambda('broken')],
          ErrorAction: { Sqs: { QueueUrl: queueUrl, RoleArn: roleArn } },
        }),
      ],
      { [arn('f')]: refused },
    );
    await onPublish(message());
    expect(sent).toHaveLength(1);
    const [{ body }] = sent as [{ body: string }];
    expect(JSON.parse(body)).toEqual({
      ruleName: 'R1',
      topic: 'a/b',
      cloudwatchTraceId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      clientId: 'client-1',
      base64OriginalPayload: Buffer.from('{"n":1}').toString('base64'),
      failures: [
        { failedAction: 'LambdaAction', failedResource: arn('f'), errorMessage: 'not allowed' },
        { failedAction: 'LambdaAction', failedResource: arn('broken'), errorMessage: 'the wire is cut' },
      ],
    });
    expect(lines).toEqual([]);
  });

  it('is a Lambda action that gets raw bytes', async () => {
    const { onPublish, invoked } = engine([
      ruleResource('R1', { Actions: [lambda('f')], ErrorAction: lambda('onError') }),
    ]);
    await onPublish(message({ payload: Buffer.from([0xff]) }));
    expect(invoked).toMatchObject([
      { functionArn: arn('onError'), event: { base64OriginalPayload: '/w==' } },
    ]);
  });

  it('is a queue action that gets bytes which are no text', async () => {
    const { onPublish, sent, lines } = engine([
      ruleResource('R1', { Actions: [{ Sqs: { QueueUrl: queueUrl, RoleArn: roleArn } }] }),
    ]);
    await onPublish(message({ payload: Buffer.from([0xff]) }));
    expect(sent).toEqual([]);
    expect(lines).toEqual([expect.stringContaining('UseBase64')]);
  });

  it('is reported when there is no error action, or when that fails too', async () => {
    const { onPublish, lines } = engine(
      [
        ruleResource('Without', { Actions: [lambda('f')] }),
        ruleResource('Twice', { Actions: [lambda('f')], ErrorAction: lambda('broken') }),
      ],
      { [arn('f')]: refused },
    );
    await onPublish(message());
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/Without.*a\/b.*not allowed.*no error action/);
    expect(lines[1]).toMatch(/Twice.*not allowed.*the wire is cut/);
  });

  it('stops no other rule', async () => {
    const { onPublish, invoked } = engine([
      ruleResource('R1', { Actions: [lambda('broken')] }),
      ruleResource('R2', { Actions: [lambda('f')] }),
    ]);
    await onPublish(message());
    expect(invoked).toContainEqual(expect.objectContaining({ functionArn: arn('f') }));
  });
});

describe('a statement that cannot work on a payload', () => {
  it('is reported', async () => {
    const { onPublish, invoked, lines } = engine([
      ruleResource('R1', { Sql: "SELECT *, 1 AS one FROM 'a/+'", Actions: [lambda('f')] }),
    ]);
    await onPublish(message({ payload: Buffer.from('text') }));
    expect(invoked).toEqual([]);
    expect(lines).toEqual([expect.stringContaining('R1')]);
  });
});

describe('a rule that the twin cannot run', () => {
  it.each<[string, Record<string, unknown>, string, string]>([
    ['another SQL version', { AwsIotSqlVersion: '2015-10-08' }, 'unsupported_sql', '2016-03-23'],
    ['no SQL version', { AwsIotSqlVersion: undefined }, 'unsupported_sql', '2016-03-23'],
    ['an unknown function', { Sql: "SELECT md5(a) AS b FROM 'a'" }, 'unsupported_sql', 'md5'],
    ['an unknown action', { Actions: [{ Kinesis: {} }] }, 'unsupported_action', 'Kinesis'],
    ['an unknown error action', { ErrorAction: { S3: {} } }, 'unsupported_action', 'S3'],
    ['a Lambda action without ARN', { Actions: [{ Lambda: {} }] }, 'bad_property', 'FunctionArn'],
    ['no SQL', { Sql: undefined }, 'bad_property', 'Sql'],
  ])('has %s', (_what, payload, code, named) => {
    const error = refusal(ruleResource('MyRule', payload));
    expect(error.code).toBe(code);
    expect(error.message).toContain('MyRule');
    expect(error.message).toContain(named);
  });

  it('has a name that is not one', () => {
    expect(refusal(ruleResource('my-rule', {})).message).toContain('my-rule');
  });
});

it('a property that the twin does not honour is reported', () => {
  const { lines } = engine([ruleResource('R1', { Actions: [], Novelty: 1 })]);
  expect(lines).toEqual([expect.stringContaining('Novelty')]);
});

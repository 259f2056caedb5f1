import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { handlers } from './handlers.ts';
import { inPlain, onlyOne, resourcesIn, templateOf, type Properties } from './stack.testing.ts';

const template = templateOf({ subscriptionCacheMs: 250, allowedOrigins: ['https://other.example.com'] });
const chosen = templateOf({
  ingest: 'queue',
  hosting: false,
  issuer: 'https://issuer.example.com',
  audience: 'viewers',
  logRetentionDays: 90,
  tracing: true,
  reservedConcurrency: { queue: 5, message: 20 },
  provisionedConcurrency: { authorizer: 2, connect: 2, presence: 1, later: 3 },
});

/** The functions that run Fieldcast, not those that CDK runs at deployments, by logical id. */
const functionsIn = (of = template): Record<string, Properties> =>
  Object.fromEntries(
    Object.entries(resourcesIn(of, 'AWS::Lambda::Function')).filter(([, { Description }]) =>
      Object.values(handlers).some(({ entry }) => entry === Description),
    ),
  );

describe('everything that is kept', () => {
  it('in a table is paid by request, is encrypted, can be put back to any second, and forgets by itself', () => {
    for (const table of Object.values(resourcesIn(template, 'AWS::DynamoDB::GlobalTable')))
      expect(table).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { SSEEnabled: false }, // That is: by a key that DynamoDB owns.
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
      });
    template.resourceCountIs('AWS::DynamoDB::GlobalTable', 7);
  });

  it('in a queue is encrypted, and no queue takes plain http', () => {
    const queues = resourcesIn(template, 'AWS::SQS::Queue');
    expect(Object.keys(queues)).toHaveLength(4);
    const policies = Object.values(resourcesIn(template, 'AWS::SQS::QueuePolicy'));
    for (const [id, queue] of Object.entries(queues)) {
      expect(queue).toMatchObject({ SqsManagedSseEnabled: true });
      const policy = policies.find(({ Queues }) =>
        (Queues as { Ref: string }[]).some(({ Ref }) => Ref === id),
      );
      expect(policy).toMatchObject({
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Deny',
              Principal: { AWS: '*' },
              Action: 'sqs:*',
              Resource: { 'Fn::GetAtt': [id, 'Arn'] },
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        },
      });
    }
  });

  it.each([
    ['two weeks', template, 14],
    ['as long as is said', chosen, 90],
  ])('in a log is kept for %s', (_, of, days) => {
    const logs = Object.values(resourcesIn(of, 'AWS::Logs::LogGroup'));
    expect(logs.length).toBeGreaterThan(7);
    expect(new Set(logs.map(({ RetentionInDays }) => RetentionInDays))).toEqual(new Set([days]));
  });
});

describe('the functions', () => {
  it('run on the newest Node and on arm64, each with the memory and the time that it needs', () => {
    const functions = Object.values(functionsIn());
    expect(functions).toHaveLength(Object.keys(handlers).length);
    for (const { Description, ...properties } of functions) {
      const handler = Object.values(handlers).find(({ entry }) => entry === Description);
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        MemorySize: handler?.memoryMb,
        Timeout: handler?.timeoutSeconds,
      });
    }
  });

  it('take no share of the account’s concurrency, which a new account has ten of, and cost nothing while idle', () => {
    template.resourcePropertiesCountIs(
      'AWS::Lambda::Function',
      { ReservedConcurrentExecutions: Match.anyValue() },
      0,
    );
    template.resourceCountIs('AWS::Lambda::Alias', 0);
  });

  it('take the share that is said; and no more batches are asked for than may run', () => {
    const reserved = Object.values(functionsIn(chosen)).map(
      ({ Description, ReservedConcurrentExecutions }) => [Description, ReservedConcurrentExecutions],
    );
    expect(reserved.filter(([, number]) => number !== undefined)).toEqual([
      ['fanout/handlers/message.ts', 20],
      ['ingest/handlers/queue.ts', 5],
    ]);
    expect(onlyOne(chosen, 'AWS::Lambda::EventSourceMapping', 'IngestBatch')).toMatchObject({
      ScalingConfig: { MaximumConcurrency: 5 },
    });
  });

  it('that are kept ready are called where they are: by the route, the authorizer, the rule, the queue', () => {
    const aliases = Object.entries(resourcesIn(chosen, 'AWS::Lambda::Alias'));
    expect(aliases).toHaveLength(4);
    for (const [id, { ProvisionedConcurrencyConfig }] of aliases) {
      expect(ProvisionedConcurrencyConfig).toEqual({
        ProvisionedConcurrentExecutions: { Authorizer: 2, Connect: 2, Presence: 1, LaterFun: 3 }[
          /Authorizer|Connect|Presence|LaterFun/.exec(id)?.[0] ?? ''
        ],
      });
      const callers = ['Authorizer', 'Integration'].map((kind) => `AWS::ApiGatewayV2::${kind}`);
      const called = [...callers, 'AWS::IoT::TopicRule', 'AWS::Lambda::EventSourceMapping'].flatMap((type) =>
        Object.values(resourcesIn(chosen, type)).filter((caller) => JSON.stringify(caller).includes(id)),
      );
      expect(called).not.toEqual([]);
    }
  });

  it('tell X-Ray what took how long only if they are to', () => {
    const traced = (of: typeof template) =>
      Object.values(functionsIn(of)).map(({ TracingConfig }) => TracingConfig);
    expect(new Set(traced(template))).toEqual(new Set([undefined]));
    expect(new Set(traced(chosen).map((config) => JSON.stringify(config)))).toEqual(
      new Set(['{"Mode":"Active"}']),
    );
  });

  it('are stopped when they go round in circles, but for the one whose messages are put off again and again', () => {
    const allowed = Object.values(functionsIn()).filter(({ RecursiveLoop }) => RecursiveLoop === 'Allow');
    expect(allowed.map(({ Description }) => Description)).toEqual(['fanout/handlers/later.ts']);
  });

  it('are told the settings', () => {
    const variables = Object.values(functionsIn(chosen)).map(
      ({ Environment }) => (Environment as { Variables: Properties }).Variables,
    );
    expect(variables).toContainEqual(
      expect.objectContaining({
        ISSUER: 'https://issuer.example.com',
        AUDIENCE: 'viewers',
        ALLOWED_ORIGINS: '',
      }),
    );
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { SUBSCRIPTION_CACHE_MS: '250' } },
    });
  });
});

describe('what comes from a queue', () => {
  it('of readings is taken up to 1,000 in a second, and one that fails comes again alone', () => {
    expect(onlyOne(template, 'AWS::Lambda::EventSourceMapping', 'IngestBatch')).toMatchObject({
      BatchSize: 1_000,
      MaximumBatchingWindowInSeconds: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it('of what is sent later is taken ten at a time, and one that fails comes again alone', () => {
    expect(onlyOne(template, 'AWS::Lambda::EventSourceMapping', 'LaterFunction')).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it.each(['IngestQueue', 'LaterQueue'])('%s goes to the failures after five tries', (queue) => {
    expect(onlyOne(template, 'AWS::SQS::Queue', queue)).toMatchObject({
      VisibilityTimeout: 60,
      RedrivePolicy: {
        maxReceiveCount: 5,
        deadLetterTargetArn: { 'Fn::GetAtt': [expect.stringMatching(/^Failures/), 'Arn'] },
      },
    });
  });

  it('failed or was rejected is kept for two weeks', () => {
    for (const queue of ['Failures', 'IngestRejects'])
      expect(onlyOne(template, 'AWS::SQS::Queue', queue)).toMatchObject({
        MessageRetentionPeriod: 14 * 24 * 3_600,
      });
  });
});

describe('a role', () => {
  it('of a function allows just what its handler does', () => {
    expect(rightsByHandler()).toEqual({
      'fanout/handlers/authorizer.ts': logs,
      'fanout/handlers/connect.ts': {
        ...logs,
        Connections: ['DeleteItem', 'PutItem'],
        'Connections/index/byPrincipal': ['Query'],
        Subscriptions: ['BatchWriteItem'],
        'GET @connections': ['ManageConnections'],
      },
      'fanout/handlers/disconnect.ts': {
        ...logs,
        Connections: ['DeleteItem'],
        Subscriptions: ['BatchWriteItem'],
      },
      'fanout/handlers/message.ts': {
        ...logs,
        Connections: ['GetItem', 'UpdateItem'],
        Subscriptions: ['BatchWriteItem', 'PutItem', 'Query'],
        Devices: ['BatchGetItem'],
        Members: ['Query'],
        Readings: ['Query'],
        Paces: ['GetItem', 'Query'],
        Debts: ['Query'],
        ...posts,
      },
      'fanout/handlers/later.ts': {
        ...logs,
        Connections: ['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem'],
        Subscriptions: ['BatchWriteItem'],
        Paces: ['GetItem', 'PutItem'],
        Debts: ['BatchWriteItem'],
        LaterQueue: [...polls, 'SendMessage'],
        ...posts,
        'DELETE @connections': ['ManageConnections'],
      },
      'ingest/handlers/queue.ts': {
        ...filterRights,
        Readings: ['BatchWriteItem', 'PutItem'],
        IngestQueue: polls,
      },
      'ingest/handlers/direct.ts': { ...filterRights, Failures: ['SendMessage'] },
      'ingest/handlers/presence.ts': {
        ...logs,
        Devices: ['UpdateItem'],
        Subscriptions: ['Query'],
        ...posts,
        Failures: ['SendMessage'],
      },
    });
  });

  it('of a rule allows to put messages into the queues that it names, and nothing else', () => {
    const rights = (of: typeof template) =>
      Object.entries(resourcesIn(of, 'AWS::IAM::Policy'))
        .filter(([id]) => /Rule|Telemetry|LifeCycle/.test(id))
        .map(([, policy]) => rightsIn(policy));
    const [telemetry, presence, ...others] = rights(chosen);
    expect(others).toEqual([]);
    expect([telemetry, presence]).toContainEqual({ Failures: ['SendMessage'], IngestQueue: ['SendMessage'] });
    expect([telemetry, presence]).toContainEqual({ Failures: ['SendMessage'] });
    expect(rights(template)).toEqual([{ Failures: ['SendMessage'] }, { Failures: ['SendMessage'] }]);
  });
});

const logs = { Log: ['CreateLogStream', 'PutLogEvents'] };
const posts = { 'POST @connections': ['ManageConnections'] };
const polls = ['DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'];

const filterRights = {
  ...logs,
  Subscriptions: ['BatchWriteItem', 'Query'],
  Connections: ['BatchGetItem', 'BatchWriteItem'],
  Devices: ['UpdateItem'],
  Members: ['PutItem'],
  Readings: ['PutItem'],
  Paces: ['GetItem', 'PutItem'],
  Debts: ['BatchWriteItem'],
  IngestRejects: ['SendMessage'],
  LaterQueue: ['SendMessage'],
  ...posts,
};

type Statement = { readonly Effect: string; readonly Action: string | string[]; readonly Resource: unknown };
type Rights = Record<string, string[]>;

/** What a resource of a statement is: a table or one index of it, a queue, a log; of the edge the connections, by method. */
const nameOf = (resource: unknown): string => {
  const text = inPlain(resource);
  const [, method] = /live\/([A-Z]+)\/@connections\/\*$/.exec(text) ?? [];
  if (method !== undefined) return `${method} @connections`;
  expect(text).not.toContain('*');
  const [, name = '', rest = ''] = /^(?:Tables)?(\w+?)[0-9A-F]{8}\.Arn(.*)$/.exec(text) ?? [];
  expect(name).not.toBe('');
  return name.endsWith('Logs') ? 'Log' : name + rest;
};

const rightsIn = ({ PolicyDocument }: Properties): Rights => {
  const rights: Rights = {};
  for (const { Effect, Action, Resource } of (PolicyDocument as { Statement: Statement[] }).Statement) {
    expect(Effect).toBe('Allow');
    for (const name of [Resource].flat().map(nameOf))
      rights[name] = [
        ...(rights[name] ?? []),
        ...[Action].flat().map((action) => action.replace(/^.*:/, '')),
      ].sort();
  }
  return rights;
};

/** By handler, as the one policy of its function's role has it; the role has no other. */
const rightsByHandler = (): Record<string, Rights> => {
  const roles = resourcesIn(template, 'AWS::IAM::Role');
  const policies = Object.values(resourcesIn(template, 'AWS::IAM::Policy'));
  return Object.fromEntries(
    Object.values(functionsIn()).map(({ Description, Role }) => {
      const role = inPlain(Role).replace('.Arn', '');
      expect(Object.keys(roles[role] ?? {})).toEqual(['AssumeRolePolicyDocument']);
      const [policy = {}, ...others] = policies.filter(
        ({ Roles }) => (Roles as { Ref: string }[])[0]?.Ref === role,
      );
      expect(others).toEqual([]);
      return [String(Description), rightsIn(policy)];
    }),
  );
};

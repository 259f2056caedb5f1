import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { actions } from '../fanout/protocol.ts';
import { presenceRuleSql, telemetryRuleSql } from '../ingest/rule.ts';
import { parseSettings } from './settings.ts';
import { FieldcastStack } from './stack.ts';

const input = {
  issuer: 'https://issuer.example.com',
  audience: 'viewers',
  allowedOrigins: ['https://dashboard.example.com'],
  subscriptionCacheMs: 250,
};
const settings = parseSettings(input);
const template = Template.fromStack(new FieldcastStack(new App(), 'Test', { settings }));

type Properties = Record<string, unknown>;
const propertiesOf = (type: string): Properties[] =>
  Object.values(template.findResources(type)).map(({ Properties }) => Properties as Properties);

describe('the tables', () => {
  it('are paid by request and forget by themselves', () => {
    template.allResourcesProperties('AWS::DynamoDB::GlobalTable', {
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });
});

describe('the WebSocket API', () => {
  it('has a route for every action of the contract, and answers what it does not know', () => {
    const routes = propertiesOf('AWS::ApiGatewayV2::Route').map(({ RouteKey }) => RouteKey);
    expect(routes.sort()).toEqual(['$connect', '$default', '$disconnect', ...actions].sort());
  });

  it('opens only through the authorizer', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', {
      RouteKey: '$connect',
      AuthorizationType: 'CUSTOM',
      AuthorizerId: Match.anyValue(),
    });
  });

  it('asks the authorizer whichever header the token comes in', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'REQUEST',
      IdentitySource: [],
    });
  });

  it('gives what the handler returns to the client, on every route but $connect and $disconnect', () => {
    const responding = propertiesOf('AWS::ApiGatewayV2::Route')
      .filter(({ RouteResponseSelectionExpression }) => RouteResponseSelectionExpression === '$default')
      .map(({ RouteKey }) => RouteKey);
    expect(responding.sort()).toEqual(['$default', ...actions].sort());
    template.resourceCountIs('AWS::ApiGatewayV2::RouteResponse', responding.length);
  });
});

describe('the rule', () => {
  it('hands the exact bytes of every telemetry message on', () => {
    template.hasResourceProperties('AWS::IoT::TopicRule', {
      TopicRulePayload: {
        Sql: telemetryRuleSql,
        AwsIotSqlVersion: '2016-03-23',
        Actions: [{ Lambda: { FunctionArn: Match.anyValue() } }],
      },
    });
  });

  it('hands on who connects and disconnects', () => {
    template.hasResourceProperties('AWS::IoT::TopicRule', { TopicRulePayload: { Sql: presenceRuleSql } });
  });

  it('may invoke the filter, and puts what it cannot hand on into the failures', () => {
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'iot.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('Rule'), 'Arn'] },
    });
    template.hasResourceProperties('AWS::IoT::TopicRule', {
      TopicRulePayload: { ErrorAction: { Sqs: { QueueUrl: { Ref: Match.stringLikeRegexp('Failures') } } } },
    });
  });
});

describe('the policy of devices', () => {
  const [policy, ...others] = propertiesOf('AWS::IoT::Policy');
  const thing = '${iot:Connection.Thing.ThingName}';
  const { Statement: statements } = policy?.['PolicyDocument'] as { Statement: Statement[] };
  const resourcesOf = (action: string): string[] =>
    statements
      .filter(({ Action }) => [Action].flat().includes(action))
      .flatMap(({ Resource }) => [Resource].flat())
      .map(inPlain);

  it('lets a device connect as itself, and publish readings of its own, by Basic Ingest too', () => {
    expect(others).toEqual([]);
    expect(resourcesOf('iot:Connect')).toEqual([
      `arn:AWS::Partition:iot:AWS::Region:AWS::AccountId:client/${thing}`,
    ]);
    expect(resourcesOf('iot:Publish')).toEqual([
      `arn:AWS::Partition:iot:AWS::Region:AWS::AccountId:topic/telemetry/*/${thing}`,
      expect.stringMatching(
        /:topic\/\$aws\/rules\/IngestTelemetryRule\w+\/telemetry\/\*\/\$\{iot:Connection/,
      ),
    ]);
  });

  it('lets it do nothing else, and nothing at all with a certificate that is attached to no thing', () => {
    expect(statements.map(({ Action }) => Action)).toEqual(['iot:Connect', 'iot:Publish']);
    expect(statements[0]).toMatchObject({
      Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } },
    });
    for (const resource of statements.flatMap(({ Resource }) => [Resource].flat()))
      expect(inPlain(resource)).toContain(thing);
  });

  it('is named by an output', () => {
    template.hasOutput('DevicePolicyName', { Value: { Ref: Match.stringLikeRegexp('^DevicePolicy') } });
  });
});

describe('ingest', () => {
  it('takes up to 1,000 readings of a second from its queue, and one that fails comes again alone', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 1_000,
      MaximumBatchingWindowInSeconds: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it('by the queue puts what the rule has into it, and has no function that the rule invokes for it', () => {
    const queued = Template.fromStack(
      new FieldcastStack(new App(), 'Queued', { settings: parseSettings({ ...input, ingest: 'queue' }) }),
    );
    queued.hasResourceProperties('AWS::IoT::TopicRule', {
      TopicRulePayload: {
        Sql: telemetryRuleSql,
        Actions: [
          {
            Sqs: {
              QueueUrl: { Ref: Match.stringLikeRegexp('IngestQueue') },
              RoleArn: Match.anyValue(),
              UseBase64: false,
            },
          },
        ],
      },
    });
    const descriptions = Object.values(queued.findResources('AWS::Lambda::Function')).map(
      ({ Properties }) => (Properties as Properties)['Description'],
    );
    expect(descriptions).toContain('ingest/handlers/queue.ts');
    expect(descriptions).not.toContain('ingest/handlers/direct.ts');
  });
});

describe('what is sent later', () => {
  it('reaches its function ten at a time, and one that fails comes again alone', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });
});

describe('a message that fails', () => {
  it.each(['Ingest', 'Later'])('in the queue %s goes to the failures after five tries', (construct) => {
    const [queue, ...others] = Object.entries(template.findResources('AWS::SQS::Queue'))
      .filter(([id]) => id.startsWith(`${construct}Queue`))
      .map(([, { Properties }]) => Properties as Properties);
    expect(others).toEqual([]);
    expect(queue).toMatchObject({
      VisibilityTimeout: 60,
      RedrivePolicy: {
        maxReceiveCount: 5,
        deadLetterTargetArn: { 'Fn::GetAtt': [expect.stringMatching(/^Failures/), 'Arn'] },
      },
    });
  });

  it('is kept there for two weeks', () => {
    const [failures] = Object.entries(template.findResources('AWS::SQS::Queue')).filter(([id]) =>
      id.startsWith('Failures'),
    );
    expect(failures?.[1]).toMatchObject({ Properties: { MessageRetentionPeriod: 14 * 24 * 3_600 } });
  });
});

describe('the functions', () => {
  it('run on the newest Node and on arm64', () => {
    template.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
    });
  });

  it('are told the settings', () => {
    const variables = propertiesOf('AWS::Lambda::Function').map(
      ({ Environment }) => (Environment as { Variables: Properties }).Variables,
    );
    expect(variables).toContainEqual(
      expect.objectContaining({
        ISSUER: 'https://issuer.example.com',
        AUDIENCE: 'viewers',
        ALLOWED_ORIGINS: 'https://dashboard.example.com',
      }),
    );
    expect(variables).toContainEqual(expect.objectContaining({ SUBSCRIPTION_CACHE_MS: '250' }));
  });

  it('keep a message whose retries ran out', () => {
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 300,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('Failures'), 'Arn'] } },
      },
    });
  });

  it('may do just what their handlers do', () => {
    expect(rightsByHandler()).toEqual({
      'fanout/handlers/connect.ts': {
        Connections: ['DeleteItem', 'PutItem', 'Query'],
        Subscriptions: ['BatchWriteItem'],
        Edge: ['ManageConnections'],
      },
      'fanout/handlers/disconnect.ts': { Connections: ['DeleteItem'], Subscriptions: ['BatchWriteItem'] },
      'fanout/handlers/message.ts': {
        Connections: ['GetItem', 'UpdateItem'],
        Subscriptions: ['BatchWriteItem', 'PutItem', 'Query'],
        Devices: ['BatchGetItem'],
        Members: ['Query'],
        Readings: ['Query'],
        Paces: ['GetItem', 'Query'],
        Debts: ['Query'],
        Edge: ['ManageConnections'],
      },
      'fanout/handlers/later.ts': {
        Connections: ['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem'],
        Subscriptions: ['BatchWriteItem'],
        Paces: ['GetItem', 'PutItem'],
        Debts: ['BatchWriteItem'],
        Edge: ['ManageConnections'],
        LaterQueue: [...polls, 'SendMessage'].sort(),
      },
      'ingest/handlers/queue.ts': { ...filterRights, IngestQueue: polls },
      'ingest/handlers/direct.ts': { ...filterRights, Failures: destination },
      'ingest/handlers/presence.ts': {
        Devices: ['UpdateItem'],
        Subscriptions: ['Query'],
        Edge: ['ManageConnections'],
        Failures: destination,
      },
    });
  });
});

/** What CDK grants to an event source, and to what is told of a failure. */
const polls = [
  'ChangeMessageVisibility',
  'DeleteMessage',
  'GetQueueAttributes',
  'GetQueueUrl',
  'ReceiveMessage',
];
const destination = ['GetQueueAttributes', 'GetQueueUrl', 'SendMessage'];

const filterRights = {
  Subscriptions: ['BatchWriteItem', 'Query'],
  Connections: ['BatchGetItem', 'BatchWriteItem'],
  Devices: ['UpdateItem'],
  Members: ['PutItem'],
  Readings: ['BatchWriteItem', 'PutItem'],
  Paces: ['GetItem', 'PutItem'],
  Debts: ['BatchWriteItem'],
  IngestRejects: ['SendMessage'],
  LaterQueue: ['SendMessage'],
  Edge: ['ManageConnections'],
};

type Statement = { readonly Action: string | string[]; readonly Resource: unknown };
type Rights = Record<string, string[]>;

/** A text of the template, what it refers to by name. */
const inPlain = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::Join': join } = value as { Ref?: string; 'Fn::Join'?: [string, unknown[]] };
  return Ref ?? (join?.[1] ?? []).map(inPlain).join(join?.[0]);
};

/** A table's or queue's name in the stack; of the edge it is all the connections of one API. */
const resourceNames = (resource: unknown): string[] => {
  const text = JSON.stringify(resource);
  if (text.includes('/@connections/*')) return ['Edge'];
  expect(text).not.toContain('"*"');
  const names = [...text.matchAll(/"Fn::GetAtt":\["(?:Tables)?(\w+?)[0-9A-F]{8}","Arn"\]/g)];
  return [...new Set(names.map(([, name = '']) => name))];
};

/** Actions by resource by handler, as the policies of the functions' roles have it. */
const rightsByHandler = (): Record<string, Rights> => {
  const handlerOf = new Map(
    propertiesOf('AWS::Lambda::Function').map(({ Description, Role }) => [
      (Role as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0],
      String(Description),
    ]),
  );
  const rights: Record<string, Rights> = {};
  for (const { Roles, PolicyDocument } of propertiesOf('AWS::IAM::Policy')) {
    const handler = handlerOf.get((Roles as { Ref: string }[])[0]?.Ref);
    if (handler === undefined) continue; // A rule's.
    const of = (rights[handler] ??= {});
    for (const { Action, Resource } of (PolicyDocument as { Statement: Statement[] }).Statement)
      for (const name of resourceNames(Resource))
        of[name] = [
          ...(of[name] ?? []),
          ...[Action].flat().map((action) => action.replace(/^.*:/, '')),
        ].sort();
  }
  return rights;
};

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

  it('go to the failures after five tries', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 60,
      RedrivePolicy: {
        maxReceiveCount: 5,
        deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('Failures'), 'Arn'] },
      },
    });
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

  it('may do to the tables just what their handlers do', () => {
    const statements = propertiesOf('AWS::IAM::Policy').flatMap(
      ({ PolicyDocument }) => (PolicyDocument as { Statement: { Action: string | string[] }[] }).Statement,
    );
    const allowed = new Set(statements.flatMap(({ Action }) => Action));
    expect([...allowed].sort()).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:BatchWriteItem',
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
      'execute-api:ManageConnections',
      'sqs:ChangeMessageVisibility', // CDK's grants to an event source and to a destination
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:ReceiveMessage',
      'sqs:SendMessage',
    ]);
  });
});

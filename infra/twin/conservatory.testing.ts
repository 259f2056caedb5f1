import { gardening, greenhouse, lambdaRole } from './greenhouse.testing.ts';
import { notRunTypeNames } from './template/notRunTypes.ts';
import type { Template, TemplateResource } from './template/template.ts';

// The greenhouse, and around it every other resource type that the twin runs: whoever enters signs in and shows a key;
// plants that are too wet are told of through an alias, orders of seeds come by a queue, beds have certificates.

/** The key of the visitors' usage plan. */
export const visitorsKey = 'visitors-of-the-conservatory';

/** Checks the token of the query by the keys of its issuer, by hand as inline code has no packages. */
const doorman = `
  const { createPublicKey, verify } = require('node:crypto');
  const json = (part) => JSON.parse(Buffer.from(part, 'base64url'));
  exports.handler = async ({ methodArn, queryStringParameters: { token } }) => {
    const [head, body, signature] = token.split('.');
    const claims = json(body);
    const { keys } = await (await fetch(process.env.ISSUER + '/.well-known/jwks.json')).json();
    const key = createPublicKey({ key: keys.find(({ kid }) => kid === json(head).kid), format: 'jwk' });
    const good = verify('RSA-SHA256', Buffer.from(head + '.' + body), key, Buffer.from(signature, 'base64url'));
    if (!good || claims.iss !== process.env.ISSUER || claims.aud !== process.env.AUDIENCE)
      throw new Error('Unauthorized');
    const policy = { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: methodArn };
    return {
      principalId: claims.sub,
      policyDocument: { Version: '2012-10-17', Statement: [policy] },
      context: { houses: claims.houses, groups: claims['cognito:groups'].join() },
    };
  };`;

/** Whoever signs in may see the north house, and is a visitor besides. */
const wardrobe = `
  exports.handler = async (event) => {
    const { groupsToOverride } = event.request.groupConfiguration;
    event.response = {
      claimsAndScopeOverrideDetails: {
        idTokenGeneration: { claimsToAddOrOverride: { houses: 'north' } },
        groupOverrideDetails: { groupsToOverride: [...groupsToOverride, 'visitors'] },
      },
    };
    return event;
  };`;

/** Writes what it is given into the log. */
const diary = `exports.handler = async (event) => console.log(JSON.stringify(event));`;

const role = { 'Fn::GetAtt': ['Role', 'Arn'] };

const inline = (ZipFile: string, properties: Record<string, unknown> = {}): TemplateResource => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Timeout: 900,
    Role: role,
    Code: { ZipFile },
    ...properties,
  },
});

const permission = (FunctionName: unknown, Principal: string, SourceArn: unknown): TemplateResource => ({
  Type: 'AWS::Lambda::Permission',
  Properties: { Action: 'lambda:InvokeFunction', FunctionName, Principal, SourceArn },
});

const admission: Template['Resources'] = {
  Visitors: {
    Type: 'AWS::Cognito::UserPool',
    Properties: {
      LambdaConfig: {
        PreTokenGenerationConfig: { LambdaArn: { 'Fn::GetAtt': ['Wardrobe', 'Arn'] }, LambdaVersion: 'V2_0' },
      },
    },
  },
  Ticket: { Type: 'AWS::Cognito::UserPoolClient', Properties: { UserPoolId: { Ref: 'Visitors' } } },
  Wardrobe: inline(wardrobe),
  PoolMayWardrobe: permission({ Ref: 'Wardrobe' }, 'cognito-idp.amazonaws.com', {
    'Fn::GetAtt': ['Visitors', 'Arn'],
  }),
  Doorman: inline(doorman, {
    Environment: {
      Variables: {
        ISSUER: { 'Fn::GetAtt': ['Visitors', 'ProviderURL'] },
        AUDIENCE: { Ref: 'Ticket' },
      },
    },
  }),
  Desk: {
    Type: 'AWS::ApiGatewayV2::Authorizer',
    Properties: {
      ApiId: { Ref: 'Api' },
      AuthorizerType: 'REQUEST',
      AuthorizerUri: {
        'Fn::Sub':
          'arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Doorman.Arn}/invocations',
      },
      IdentitySource: ['route.request.querystring.token'],
    },
  },
  ApiMayDoorman: permission({ Ref: 'Doorman' }, 'apigateway.amazonaws.com', {
    'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/authorizers/${Desk}',
  }),
  Key: { Type: 'AWS::ApiGateway::ApiKey', Properties: { Enabled: true, Value: visitorsKey } },
  Plan: {
    Type: 'AWS::ApiGateway::UsagePlan',
    Properties: {
      ApiStages: [{ ApiId: { Ref: 'Api' }, Stage: { Ref: 'Stage' } }],
      Throttle: { RateLimit: 5, BurstLimit: 5 },
    },
  },
  Grant: {
    Type: 'AWS::ApiGateway::UsagePlanKey',
    Properties: { KeyId: { Ref: 'Key' }, KeyType: 'API_KEY', UsagePlanId: { Ref: 'Plan' } },
  },
  Connect: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: {
      ...greenhouse.Resources['Connect']?.Properties,
      ApiKeyRequired: true,
      AuthorizationType: 'CUSTOM',
      AuthorizerId: { Ref: 'Desk' },
    },
  },
  Opening: { Type: 'AWS::ApiGatewayV2::Deployment', Properties: { ApiId: { Ref: 'Api' } } },
  Stage: {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: {
      ApiId: { Ref: 'Api' },
      StageName: 'garden',
      DeploymentId: { Ref: 'Opening' },
      AccessLogSettings: {
        DestinationArn: { 'Fn::GetAtt': ['AlarmLogs', 'Arn'] },
        Format: '$context.eventType $context.status $context.authorizer.houses $context.authorizer.groups',
      },
    },
  },
};

const wet: Template['Resources'] = {
  Diary: inline(diary),
  DiaryVersion: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Diary' } } },
  DiaryAlias: {
    Type: 'AWS::Lambda::Alias',
    Properties: {
      FunctionName: { Ref: 'Diary' },
      FunctionVersion: { 'Fn::GetAtt': ['DiaryVersion', 'Version'] },
      Name: 'today',
    },
  },
  WetRule: {
    Type: 'AWS::IoT::TopicRule',
    Properties: {
      TopicRulePayload: {
        AwsIotSqlVersion: '2016-03-23',
        Sql: "SELECT moisture FROM 'moisture/+/beds' WHERE moisture > 80",
        Actions: [{ Lambda: { FunctionArn: { Ref: 'DiaryAlias' } } }],
      },
    },
  },
  RuleMayDiary: permission({ Ref: 'DiaryAlias' }, 'iot.amazonaws.com', { 'Fn::GetAtt': ['WetRule', 'Arn'] }),
  Bed: {
    Type: 'AWS::IoT::Policy',
    Properties: {
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['iot:Connect', 'iot:Publish'],
            Resource: { 'Fn::Sub': 'arn:aws:iot:${AWS::Region}:${AWS::AccountId}:*' },
          },
        ],
      },
    },
  },
};

const seeds: Template['Resources'] = {
  Catalogue: {
    Type: 'AWS::DynamoDB::GlobalTable',
    Properties: {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'seed', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'seed', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'soldOut', Enabled: true },
      Replicas: [{ Region: { Ref: 'AWS::Region' } }],
    },
  },
  Orders: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 900 } },
  OrdersPolicy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Orders' }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 'sqs:PurgeQueue',
            Resource: { 'Fn::GetAtt': ['Orders', 'Arn'] },
          },
        ],
      },
    },
  },
  OrdersToDiary: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: { 'Fn::GetAtt': ['Orders', 'Arn'] },
      FunctionName: { Ref: 'DiaryAlias' },
      BatchSize: 10,
    },
  },
};

/** A policy document that allows these actions on orders. */
const onOrders = (...Action: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: { 'Fn::GetAtt': ['Orders', 'Arn'] } }],
});

const rights: Template['Resources'] = {
  Role: lambdaRole(...gardening),
  Reading: {
    Type: 'AWS::IAM::Policy',
    Properties: {
      PolicyName: 'Reading',
      Roles: [{ Ref: 'Role' }],
      PolicyDocument: onOrders('sqs:ReceiveMessage', 'sqs:GetQueueAttributes'),
    },
  },
  Clearing: {
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: onOrders('sqs:DeleteMessage') },
  },
};

/** One resource at least of every type that the twin runs. */
export const conservatory: Template = {
  ...greenhouse,
  Resources: {
    ...greenhouse.Resources,
    ...admission,
    ...wet,
    ...seeds,
    ...rights,
  },
  Outputs: {
    ...greenhouse.Outputs,
    OrdersUrl: { Value: { Ref: 'Orders' } },
    BedPolicy: { Value: { Ref: 'Bed' } },
    Catalogue: { Value: { Ref: 'Catalogue' } },
  },
};

const python = (properties: Record<string, unknown> = {}): TemplateResource =>
  inline('def handler(event, context): pass', {
    Runtime: 'python3.13',
    Role: { 'Fn::GetAtt': ['SowersRole', 'Arn'] },
    ...properties,
  });

/** A resource of every type that is accepted and does not run, beside one that does; and what only a deployment calls. */
export const storehouse: Template = {
  Resources: {
    Bell: { Type: 'AWS::SQS::Queue' },
    ...Object.fromEntries(notRunTypeNames.map((Type, n) => [`Stored${n}`, { Type, Properties: {} }])),
    Sowing: { Type: 'Custom::Sowing', Properties: { ServiceToken: { 'Fn::GetAtt': ['Sower', 'Arn'] } } },
    Sower: python({ Environment: { Variables: { HELPER: { Ref: 'Helper' } } } }),
    Helper: python(),
    SowersRole: lambdaRole(),
  },
};

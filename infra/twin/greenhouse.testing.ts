import type { Template, TemplateResource } from './template/template.ts';

// A small stack for tests of the whole twin: a greenhouse measures how moist its beds are, gardeners who watch a house
// hear of every bed that is too dry.

/** What every function starts with: inline code has no packages, so it speaks to AWS by hand. */
const aws = `
  const env = process.env;
  const authorization =
    'AWS4-HMAC-SHA256 Credential=' + env.AWS_ACCESS_KEY_ID + '/20300101/us-east-1/any/aws4_request, ' +
    'SignedHeaders=host, Signature=0';
  const dynamodb = async (operation, input) => {
    const headers = {
      authorization,
      'x-amz-date': '20300101T000000Z',
      'x-amz-target': 'DynamoDB_20120810.' + operation,
      'content-type': 'application/x-amz-json-1.0',
    };
    const body = JSON.stringify({ TableName: env.GARDENERS, ...input });
    const response = await fetch(env.AWS_ENDPOINT_URL_DYNAMODB, { method: 'POST', headers, body });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  };`;

/** `$connect`, `$disconnect` and `$default`, which says where it would call back. */
const door = `${aws}
  exports.handler = async ({ requestContext: { routeKey, connectionId } }) => {
    if (routeKey === '$disconnect')
      await dynamodb('DeleteItem', { Key: { connectionId: { S: connectionId } } });
    return { statusCode: 200, body: routeKey === '$default' ? env.CALLBACK_URL : '' };
  };`;

const watch = `${aws}
  exports.handler = async ({ body, requestContext: { connectionId } }) => {
    const { house } = JSON.parse(body);
    await dynamodb('PutItem', { Item: { connectionId: { S: connectionId }, house: { S: house } } });
    return { statusCode: 200, body: 'watching ' + house };
  };`;

const alarm = `${aws}
  exports.handler = async (reading) => {
    if (reading.moisture < 0) throw new RangeError('no soil is as dry as ' + reading.moisture);
    const { Items } = await dynamodb('Query', {
      IndexName: 'byHouse',
      KeyConditionExpression: 'house = :house',
      ExpressionAttributeValues: { ':house': { S: reading.house } },
    });
    for (const { connectionId } of Items) {
      const url = env.CALLBACK_URL + '/@connections/' + encodeURIComponent(connectionId.S);
      await fetch(url, { method: 'POST', headers: { authorization }, body: JSON.stringify(reading) });
    }
  };`;

const lambdaFunction = (source: string, properties: Record<string, unknown> = {}): TemplateResource => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    // Long, because a test may run on a fast clock.
    Timeout: 900,
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Code: { ZipFile: source },
    Environment: {
      Variables: {
        GARDENERS: { Ref: 'Gardeners' },
        CALLBACK_URL: {
          'Fn::Sub': 'https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${Stage}',
        },
      },
    },
    ...properties,
  },
});

const permission = (functionId: string, Principal: string, SourceArn: unknown): TemplateResource => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: { 'Fn::GetAtt': [functionId, 'Arn'] },
    Principal,
    SourceArn,
  },
});

const invocationUri = (functionId: string) => ({
  'Fn::Join': [
    '',
    [
      'arn:',
      { Ref: 'AWS::Partition' },
      ':apigateway:',
      { Ref: 'AWS::Region' },
      ':lambda:path/2015-03-31/functions/',
      { 'Fn::GetAtt': [functionId, 'Arn'] },
      '/invocations',
    ],
  ],
});

const integration = (functionId: string): TemplateResource => ({
  Type: 'AWS::ApiGatewayV2::Integration',
  Properties: {
    ApiId: { Ref: 'Api' },
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: invocationUri(functionId),
  },
});

const route = (RouteKey: string, integrationId: string, properties = {}): TemplateResource => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: {
    ApiId: { Ref: 'Api' },
    RouteKey,
    Target: { 'Fn::Join': ['/', ['integrations', { Ref: integrationId }]] },
    ...properties,
  },
});

const answering = { RouteResponseSelectionExpression: '$default' };

const routeResponse = (routeId: string): TemplateResource => ({
  Type: 'AWS::ApiGatewayV2::RouteResponse',
  Properties: { ApiId: { Ref: 'Api' }, RouteId: { Ref: routeId }, RouteResponseKey: '$default' },
});

const webSocket: Template['Resources'] = {
  Api: {
    Type: 'AWS::ApiGatewayV2::Api',
    Properties: {
      Name: 'greenhouse',
      ProtocolType: 'WEBSOCKET',
      RouteSelectionExpression: '$request.body.verb',
    },
  },
  Stage: {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: { ApiId: { Ref: 'Api' }, StageName: 'garden', AutoDeploy: true },
  },
  DoorIntegration: integration('Door'),
  WatchIntegration: integration('Watch'),
  Connect: route('$connect', 'DoorIntegration'),
  Disconnect: route('$disconnect', 'DoorIntegration'),
  Default: route('$default', 'DoorIntegration', answering),
  DefaultResponse: routeResponse('Default'),
  WatchRoute: route('watch', 'WatchIntegration', answering),
  WatchResponse: routeResponse('WatchRoute'),
};

const apiArn = { 'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*' };

const policyOf = (...Statement: readonly object[]): object => ({ Version: '2012-10-17', Statement });

const allow = ([Action, Resource]: readonly [Action: unknown, Resource: unknown]): object => ({
  Effect: 'Allow',
  Action,
  Resource,
});

/** A role for a function that may do this: actions and resource of each statement. */
export const lambdaRole = (
  ...grants: readonly (readonly [actions: unknown, resource: unknown])[]
): TemplateResource => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: policyOf({
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
    }),
    Policies: [{ PolicyName: 'Grants', PolicyDocument: policyOf(...grants.map(allow)) }],
  },
});

/** What the functions need, and nothing else. */
export const gardening: readonly (readonly [actions: unknown, resource: unknown])[] = [
  [['dynamodb:PutItem', 'dynamodb:DeleteItem'], { 'Fn::GetAtt': ['Gardeners', 'Arn'] }],
  ['dynamodb:Query', { 'Fn::Sub': '${Gardeners.Arn}/index/byHouse' }],
  [
    'execute-api:ManageConnections',
    {
      'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/garden/POST/@connections/*',
    },
  ],
  ['sqs:SendMessage', { 'Fn::GetAtt': ['Failures', 'Arn'] }],
  [['logs:CreateLogStream', 'logs:PutLogEvents'], '*'],
];

const functions: Template['Resources'] = {
  Role: lambdaRole(...gardening),
  Door: lambdaFunction(door),
  Watch: lambdaFunction(watch),
  // One at a time, so that gardeners hear of the beds in the order of the readings.
  Alarm: lambdaFunction(alarm, {
    ReservedConcurrentExecutions: 1,
    LoggingConfig: { LogGroup: { Ref: 'AlarmLogs' } },
  }),
  AlarmLogs: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 7 } },
  AlarmEvents: {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: {
      FunctionName: { Ref: 'Alarm' },
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Failures', 'Arn'] } } },
    },
  },
  ApiMayDoor: permission('Door', 'apigateway.amazonaws.com', apiArn),
  ApiMayWatch: permission('Watch', 'apigateway.amazonaws.com', apiArn),
  RuleMayAlarm: permission('Alarm', 'iot.amazonaws.com', { 'Fn::GetAtt': ['DryRule', 'Arn'] }),
};

/** Runs on the twin as it is. Beds drier than 20 percent are told to those who watch their house. */
export const greenhouse: Template = {
  Resources: {
    ...webSocket,
    ...functions,
    Failures: { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 86_400 } },
    Gardeners: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['connectionId', 'house'].map((AttributeName) => ({
          AttributeName,
          AttributeType: 'S',
        })),
        KeySchema: [{ AttributeName: 'connectionId', KeyType: 'HASH' }],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'byHouse',
            KeySchema: [{ AttributeName: 'house', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
      },
    },
    DryRule: {
      Type: 'AWS::IoT::TopicRule',
      Properties: {
        RuleName: 'dry_beds',
        TopicRulePayload: {
          AwsIotSqlVersion: '2016-03-23',
          Sql: "SELECT moisture, bed, topic(2) AS house FROM 'moisture/+/beds' WHERE moisture < 20",
          Actions: [{ Lambda: { FunctionArn: { 'Fn::GetAtt': ['Alarm', 'Arn'] } } }],
        },
      },
    },
  },
  Outputs: {
    Url: { Value: { 'Fn::Join': ['/', [{ 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, { Ref: 'Stage' }]] } },
    FailuresUrl: { Value: { Ref: 'Failures' } },
    TableName: { Value: { Ref: 'Gardeners' } },
  },
};

/** The greenhouse with some resources changed, or left out where undefined stands. */
export const greenhouseWith = (changes: Record<string, TemplateResource | undefined>): Template => {
  const resources = Object.entries({ ...greenhouse.Resources, ...changes });
  const present = resources.filter((entry): entry is [string, TemplateResource] => entry[1] !== undefined);
  return { ...greenhouse, Resources: Object.fromEntries(present) };
};

import type { Template, TemplateResource } from '../template/template.ts';

// The stack that is asked how AWS behaves: a function that does what it is told, a table, queues and rules. It has no
// packages and no assets, so that it can be deployed as it is.

/** Does what the message or the query says. */
const puppet = `
  exports.handler = async (event) => {
    const { routeKey } = event.requestContext;
    if (routeKey === '$connect') {
      const { status = '200', protocol } = event.queryStringParameters ?? {};
      if (status === 'throw') throw new Error('on purpose');
      const headers = protocol === undefined ? {} : { 'Sec-WebSocket-Protocol': protocol };
      return { statusCode: Number(status), headers };
    }
    if (routeKey === 'throw') throw new Error('on purpose');
    if (routeKey === 'odd') return { statusCode: 200, odd: true };
    if (routeKey === 'refuse') return { statusCode: 500, body: 'refused' };
    return { statusCode: 200, body: JSON.stringify(event) };
  };`;

/** Lets in by the query: who=allow, deny, unauthorized, anything else breaks it. */
const doorman = `
  exports.handler = async ({ methodArn, queryStringParameters: { who } }) => {
    if (who === 'unauthorized') throw new Error('Unauthorized');
    const Effect = { allow: 'Allow', deny: 'Deny' }[who];
    const statement = { Effect, Action: 'execute-api:Invoke', Resource: methodArn };
    if (Effect === undefined) throw new Error('on purpose');
    return {
      principalId: 'somebody',
      policyDocument: { Version: '2012-10-17', Statement: [statement] },
      context: { number: 7, truth: true, text: 'seven' },
    };
  };`;

const trust = (Service: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
});

const role = (service: string, Action: readonly string[], Resource: unknown): TemplateResource => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: trust(service),
    Policies: [
      {
        PolicyName: 'Rights',
        PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] },
      },
    ],
  },
});

const lambdaFunction = (ZipFile: string): TemplateResource => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Timeout: 10,
    Role: { 'Fn::GetAtt': ['FunctionRole', 'Arn'] },
    Code: { ZipFile },
  },
});

const invocationUri = (functionId: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${functionId}.Arn}/invocations`,
});

const mayInvoke = (functionId: string): TemplateResource => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: { Ref: functionId },
    Principal: 'apigateway.amazonaws.com',
    SourceArn: { 'Fn::Sub': 'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*' },
  },
});

const ofApi = (type: string, properties: Record<string, unknown>): TemplateResource => ({
  Type: `AWS::ApiGatewayV2::${type}`,
  Properties: { ApiId: { Ref: 'Api' }, ...properties },
});

const route = (RouteKey: string, properties: Record<string, unknown> = {}): TemplateResource =>
  ofApi('Route', { RouteKey, Target: { 'Fn::Sub': 'integrations/${Integration}' }, ...properties });

const answering = { RouteResponseSelectionExpression: '$default' };

const response = (routeId: string): TemplateResource =>
  ofApi('RouteResponse', { RouteId: { Ref: routeId }, RouteResponseKey: '$default' });

const edge: Template['Resources'] = {
  Api: {
    Type: 'AWS::ApiGatewayV2::Api',
    Properties: {
      Name: 'fidelity-probe',
      ProtocolType: 'WEBSOCKET',
      RouteSelectionExpression: '$request.body.verb',
    },
  },
  Integration: ofApi('Integration', {
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: invocationUri('Puppet'),
  }),
  Authorizer: ofApi('Authorizer', {
    Name: 'doorman',
    AuthorizerType: 'REQUEST',
    AuthorizerUri: invocationUri('Doorman'),
    IdentitySource: ['route.request.querystring.who'],
  }),
  Connect: route('$connect', { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Authorizer' } }),
  Disconnect: route('$disconnect'),
  Default: route('$default', answering),
  DefaultResponse: response('Default'),
  Echo: route('echo', answering),
  EchoResponse: response('Echo'),
  Throw: route('throw', answering),
  ThrowResponse: response('Throw'),
  Odd: route('odd', answering),
  OddResponse: response('Odd'),
  Refuse: route('refuse'),
  Silent: route('silent'),
  Stage: {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: { ApiId: { Ref: 'Api' }, StageName: 'probe', AutoDeploy: true },
  },
  FunctionRole: role('lambda.amazonaws.com', ['logs:CreateLogStream', 'logs:PutLogEvents'], '*'),
  Puppet: lambdaFunction(puppet),
  Doorman: lambdaFunction(doorman),
  ApiMayPuppet: mayInvoke('Puppet'),
  ApiMayDoorman: mayInvoke('Doorman'),
};

const toQueue = (Sql: string): TemplateResource => ({
  Type: 'AWS::IoT::TopicRule',
  Properties: {
    TopicRulePayload: {
      AwsIotSqlVersion: '2016-03-23',
      Sql,
      Actions: [
        {
          Sqs: {
            QueueUrl: { Ref: 'Heard' },
            RoleArn: { 'Fn::GetAtt': ['RuleRole', 'Arn'] },
            UseBase64: false,
          },
        },
      ],
    },
  },
});

const iotArn = (rest: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:iot:\${AWS::Region}:\${AWS::AccountId}:${rest}`,
});

const things: Template['Resources'] = {
  Heard: { Type: 'AWS::SQS::Queue', Properties: { ReceiveMessageWaitTimeSeconds: 0 } },
  RuleRole: role('iot.amazonaws.com', ['sqs:SendMessage'], { 'Fn::GetAtt': ['Heard', 'Arn'] }),
  Plain: toQueue("SELECT *, topic(2) AS name, clientid() AS who FROM 'probe/+' WHERE n > 1"),
  Bytes: toQueue("SELECT encode(*, 'base64') AS bytes FROM 'probe-bytes/+'"),
  Policy: {
    Type: 'AWS::IoT::Policy',
    Properties: {
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'iot:Connect', Resource: iotArn('client/probe-*') },
          {
            Effect: 'Allow',
            Action: ['iot:Publish', 'iot:Receive', 'iot:RetainPublish'],
            Resource: [iotArn('topic/probe*'), iotArn('topic/$aws/rules/*')],
          },
          { Effect: 'Allow', Action: 'iot:Subscribe', Resource: iotArn('topicfilter/probe*') },
        ],
      },
    },
  },
};

const stores: Template['Resources'] = {
  Box: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      VisibilityTimeout: 1,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 2 },
    },
  },
  Dead: { Type: 'AWS::SQS::Queue', Properties: {} },
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'kind', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byKind',
          KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    },
  },
};

/** The stack that is probed, on the twin and on AWS alike. */
export const probe: Template = {
  Resources: { ...edge, ...things, ...stores },
  Outputs: {
    WebSocketUrl: { Value: { 'Fn::Sub': '${Api.ApiEndpoint}/probe' } },
    CallbackUrl: {
      Value: { 'Fn::Sub': 'https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/probe' },
    },
    HeardUrl: { Value: { Ref: 'Heard' } },
    BoxUrl: { Value: { Ref: 'Box' } },
    DeadUrl: { Value: { Ref: 'Dead' } },
    TableName: { Value: { Ref: 'Table' } },
    PolicyName: { Value: { Ref: 'Policy' } },
    PlainRule: { Value: { Ref: 'Plain' } },
  },
};

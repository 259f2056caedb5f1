import { account } from '../resource.ts';
import { arn, byId, byIdAnd, byName, idOf, nameIn, uuidOf, type Identify, type Unnamed } from './identity.ts';
import { urlSuffix } from './place.ts';

const table = byName('TableName', (name, resource) => ({
  Arn: arn(resource, 'dynamodb', `table/${name}`),
  TableId: idOf(resource),
}));

const lambdaFunction = byName('FunctionName', (name, resource) => ({
  Arn: arn(resource, 'lambda', `function:${name}`),
}));

/** The ARN of the function that `FunctionName` gives by name or ARN. */
const functionArnIn = (resource: Unnamed): string => {
  const given = resource.text('FunctionName') ?? '';
  return given.startsWith('arn:') ? given : arn(resource, 'lambda', `function:${given}`);
};

/** A stack makes one version of a function, as its code is what it is. */
const version: Identify = (resource) => {
  const FunctionArn = `${functionArnIn(resource)}:1`;
  return { ref: FunctionArn, attributes: { FunctionArn, Version: '1' } };
};

const alias: Identify = (resource) => {
  const AliasArn = `${functionArnIn(resource)}:${nameIn(resource, 'Name')}`;
  return { ref: AliasArn, attributes: { AliasArn } };
};

const eventSourceMapping: Identify = (resource) => {
  const id = uuidOf(resource);
  return {
    ref: id,
    attributes: { Id: id, EventSourceMappingArn: arn(resource, 'lambda', `event-source-mapping:${id}`) },
  };
};

const queue: Identify = (resource) => {
  const name = nameIn(resource, 'QueueName');
  const url = `https://sqs.${resource.region}.${urlSuffix}/${account}/${name}`;
  return { ref: url, attributes: { Arn: arn(resource, 'sqs', name), QueueName: name, QueueUrl: url } };
};

const webSocketApi: Identify = (resource) => {
  const id = idOf(resource);
  const ApiEndpoint = `wss://${id}.execute-api.${resource.region}.${urlSuffix}`;
  return { ref: id, attributes: { ApiId: id, ApiEndpoint } };
};

const userPool: Identify = (resource) => {
  const id = `${resource.region}_${idOf(resource, 9)}`;
  const ProviderName = `cognito-idp.${resource.region}.${urlSuffix}/${id}`;
  const Arn = arn(resource, 'cognito-idp', `userpool/${id}`);
  return {
    ref: id,
    attributes: { Arn, ProviderName, ProviderURL: `https://${ProviderName}`, UserPoolId: id },
  };
};

const userPoolClient: Identify = (resource) => {
  const ClientId = idOf(resource, 26);
  return {
    ref: ClientId,
    attributes: { ClientId, ClientSecret: idOf(resource, 48), Name: nameIn(resource, 'ClientName') },
  };
};

const role = byName('RoleName', (name, resource) => ({
  Arn: `arn:aws:iam::${account}:role${resource.text('Path') ?? '/'}${name}`,
  RoleId: idOf(resource),
}));

const managedPolicy: Identify = (resource) => {
  const name = nameIn(resource, 'ManagedPolicyName');
  const PolicyArn = `arn:aws:iam::${account}:policy${resource.text('Path') ?? '/'}${name}`;
  return { ref: PolicyArn, attributes: { PolicyArn } };
};

/** Rule names hold letters, digits and `_` only. */
const topicRule: Identify = (resource) => {
  const name = nameIn(resource, 'RuleName').replace(/\W/g, '_');
  return { ref: name, attributes: { Arn: arn(resource, 'iot', `rule/${name}`) } };
};

const iotPolicy = byName('PolicyName', (name, resource) => ({
  Arn: arn(resource, 'iot', `policy/${name}`),
  Id: name,
}));

/** The resource types that become something which runs, with what names them. */
export const runTypes: Readonly<Record<string, Identify>> = {
  'AWS::ApiGateway::ApiKey': byIdAnd('APIKeyId'),
  'AWS::ApiGateway::UsagePlan': byIdAnd('Id'),
  'AWS::ApiGateway::UsagePlanKey': byIdAnd('Id'),
  'AWS::ApiGatewayV2::Api': webSocketApi,
  'AWS::ApiGatewayV2::Authorizer': byId,
  'AWS::ApiGatewayV2::Deployment': byId,
  'AWS::ApiGatewayV2::Integration': byId,
  'AWS::ApiGatewayV2::Route': byId,
  'AWS::ApiGatewayV2::RouteResponse': byId,
  'AWS::ApiGatewayV2::Stage': byName('StageName'),
  'AWS::Cognito::UserPool': userPool,
  'AWS::Cognito::UserPoolClient': userPoolClient,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::DynamoDB::Table': table,
  'AWS::IAM::ManagedPolicy': managedPolicy,
  'AWS::IAM::Policy': byId,
  'AWS::IAM::Role': role,
  'AWS::IoT::Policy': iotPolicy,
  'AWS::IoT::TopicRule': topicRule,
  'AWS::Lambda::Alias': alias,
  'AWS::Lambda::EventInvokeConfig': byId,
  'AWS::Lambda::EventSourceMapping': eventSourceMapping,
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::Permission': byId,
  'AWS::Lambda::Version': version,
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': byId,
};

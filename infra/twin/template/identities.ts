import { createHash } from 'node:crypto';
import { account } from '../resource.ts';
import { urlSuffix } from './place.ts';

/** What `Ref` and `Fn::GetAtt` give for a resource. */
export type Identity = { readonly ref: string; readonly attributes: Readonly<Record<string, string>> };

/** A resource before it has an identity. */
export type Unnamed = {
  readonly logicalId: string;
  readonly stackName: string;
  readonly region: string;
  /** A property resolved to text; undefined if the resource has none of that name. */
  readonly text: (property: string) => string | undefined;
};

type Identify = (resource: Unnamed) => Identity;

const arn = ({ region }: Unnamed, service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;

/** The name given in the template, or one made of stack and logical id, as CloudFormation does without its random tail. */
const nameIn = (resource: Unnamed, property: string): string =>
  resource.text(property) ?? `${resource.stackName}-${resource.logicalId}`;

/** Ten lower-case letters and digits that stay the same from run to run. */
const idOf = ({ logicalId }: Unnamed): string =>
  BigInt(`0x${createHash('sha256').update(logicalId).digest('hex')}`)
    .toString(36)
    .slice(0, 10);

/** A UUID that stays the same from run to run. */
const uuidOf = ({ logicalId }: Unnamed): string =>
  createHash('sha256')
    .update(logicalId)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

const byId: Identify = (resource) => ({ ref: idOf(resource), attributes: {} });

const table: Identify = (resource) => {
  const name = nameIn(resource, 'TableName');
  return {
    ref: name,
    attributes: { Arn: arn(resource, 'dynamodb', `table/${name}`), TableId: idOf(resource) },
  };
};

const lambdaFunction: Identify = (resource) => {
  const name = nameIn(resource, 'FunctionName');
  return { ref: name, attributes: { Arn: arn(resource, 'lambda', `function:${name}`) } };
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

const role: Identify = (resource) => {
  const name = nameIn(resource, 'RoleName');
  return { ref: name, attributes: { Arn: `arn:aws:iam::${account}:role/${name}`, RoleId: idOf(resource) } };
};

/** Rule names hold letters, digits and `_` only. */
const topicRule: Identify = (resource) => {
  const name = nameIn(resource, 'RuleName').replace(/\W/g, '_');
  return { ref: name, attributes: { Arn: arn(resource, 'iot', `rule/${name}`) } };
};

const iotPolicy: Identify = (resource) => {
  const name = nameIn(resource, 'PolicyName');
  return { ref: name, attributes: { Arn: arn(resource, 'iot', `policy/${name}`), Id: name } };
};

const logGroup: Identify = (resource) => {
  const name = nameIn(resource, 'LogGroupName');
  return { ref: name, attributes: { Arn: arn(resource, 'logs', `log-group:${name}:*`) } };
};

/**
 * Every resource type the twin knows, with what `Ref` and `Fn::GetAtt` give for it by the "Return values" section of
 * its page in the CloudFormation template reference.
 */
export const identities: Readonly<Record<string, Identify>> = {
  'AWS::ApiGatewayV2::Api': webSocketApi,
  'AWS::ApiGatewayV2::Authorizer': byId,
  'AWS::ApiGatewayV2::Deployment': byId,
  'AWS::ApiGatewayV2::Integration': byId,
  'AWS::ApiGatewayV2::Route': byId,
  'AWS::ApiGatewayV2::RouteResponse': byId,
  'AWS::ApiGatewayV2::Stage': (resource) => ({ ref: nameIn(resource, 'StageName'), attributes: {} }),
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::DynamoDB::Table': table,
  'AWS::IAM::Policy': byId,
  'AWS::IAM::Role': role,
  'AWS::IoT::Policy': iotPolicy,
  'AWS::IoT::TopicRule': topicRule,
  'AWS::Lambda::EventInvokeConfig': byId,
  'AWS::Lambda::EventSourceMapping': eventSourceMapping,
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::Permission': byId,
  'AWS::Logs::LogGroup': logGroup,
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': byId,
};

/** Known types that have no effect here, with what that means for somebody who relies on them. */
export const notRunHere: Readonly<Record<string, string>> = {
  'AWS::IAM::Policy': 'permissions of functions are not enforced yet',
  'AWS::IAM::Role': 'permissions of functions are not enforced yet',
  'AWS::Logs::LogGroup': 'logs go to the terminal',
  'AWS::SQS::QueuePolicy': 'every local caller may use a queue',
};

import { account } from '../resource.ts';
import { arn, byId, byIdAnd, byName, idOf, nameIn, uuidOf, type Identify } from './identity.ts';
import { urlSuffix } from './place.ts';

/** A type that is accepted and has no effect: what names it, and what that means for somebody who relies on it. */
type NotRun = { readonly identify: Identify; readonly meaning: string };

const logGroup = byName('LogGroupName', (name, resource) => ({
  Arn: arn(resource, 'logs', `log-group:${name}:*`),
}));

/** Bucket names are in lower case. */
const bucket: Identify = (resource) => {
  const name = nameIn(resource, 'BucketName').toLowerCase();
  const { region } = resource;
  return {
    ref: name,
    attributes: {
      Arn: `arn:aws:s3:::${name}`,
      DomainName: `${name}.s3.${urlSuffix}`,
      DualStackDomainName: `${name}.s3.dualstack.${region}.${urlSuffix}`,
      RegionalDomainName: `${name}.s3.${region}.${urlSuffix}`,
      WebsiteURL: `http://${name}.s3-website-${region}.${urlSuffix}`,
    },
  };
};

const distribution: Identify = (resource) => {
  const Id = idOf(resource, 14).toUpperCase();
  return { ref: Id, attributes: { Id, DomainName: `d${Id.toLowerCase()}.cloudfront.net` } };
};

/** When a policy was changed last: always at the same moment, so that nothing differs from run to run. */
const LastModifiedTime = '2026-01-01T00:00:00Z';
const cloudFrontPolicy: Identify = (resource) => {
  const Id = uuidOf(resource);
  return { ref: Id, attributes: { Id, LastModifiedTime } };
};

const cloudFrontFunction: Identify = (resource) => {
  const FunctionARN = `arn:aws:cloudfront::${account}:function/${nameIn(resource, 'Name')}`;
  return {
    ref: FunctionARN,
    attributes: { FunctionARN, 'FunctionMetadata.FunctionARN': FunctionARN, Stage: 'LIVE' },
  };
};

const layerVersion: Identify = (resource) => {
  const LayerVersionArn = arn(resource, 'lambda', `layer:${nameIn(resource, 'LayerName')}:1`);
  return { ref: LayerVersionArn, attributes: { LayerVersionArn } };
};

const managedLoginBranding: Identify = (resource) => {
  const id = uuidOf(resource);
  const pool = resource.text('UserPoolId') ?? '';
  return { ref: `${pool}|${id}`, attributes: { ManagedLoginBrandingId: id } };
};

const topic: Identify = (resource) => {
  const TopicName = nameIn(resource, 'TopicName');
  const TopicArn = arn(resource, 'sns', TopicName);
  return { ref: TopicArn, attributes: { TopicArn, TopicName } };
};

const topicSubscription: Identify = (resource) => {
  const Arn = `${resource.text('TopicArn') ?? ''}:${uuidOf(resource)}`;
  return { ref: Arn, attributes: { Arn } };
};

const alarm = byName('AlarmName', (name, resource) => ({
  Arn: arn(resource, 'cloudwatch', `alarm:${name}`),
}));

const queryDefinition: Identify = (resource) => {
  const QueryDefinitionId = uuidOf(resource);
  return { ref: QueryDefinitionId, attributes: { QueryDefinitionId } };
};

const key: Identify = (resource) => {
  const KeyId = uuidOf(resource);
  return { ref: KeyId, attributes: { KeyId, Arn: arn(resource, 'kms', `key/${KeyId}`) } };
};

const parameter = byName('Name', (name, resource) => ({
  Arn: arn(resource, 'ssm', `parameter/${name.replace(/^\//, '')}`),
  Type: resource.text('Type') ?? 'String',
  Value: resource.text('Value') ?? '',
}));

const thingType = byName('ThingTypeName', (name, resource) => ({
  Arn: arn(resource, 'iot', `thingtype/${name}`),
  Id: uuidOf(resource),
}));

const provisioningTemplate = byName('TemplateName', (name, resource) => ({
  TemplateArn: arn(resource, 'iot', `provisioningtemplate/${name}`),
}));

/** A custom resource answers what its function likes; here a text that shows where it came from stands for that. */
const customResource: Identify = (resource) => ({
  ref: `${resource.stackName}-${resource.logicalId}`,
  attributes: {},
  anyAttribute: (name) => `${resource.logicalId}.${name}`,
});

const page = 'pages are served from this machine';
const signIn = 'nobody signs in here: tokens come from the local issuer';
const monitoring = 'nothing is watched here: look at the log and the tally';
const messages = 'nobody is notified here';
const keys = 'nothing is encrypted at rest here';
const custom = 'what its function does at a deployment is not done; its attributes are placeholders';

/** Known types that have no effect here. */
const types: Readonly<Record<string, NotRun>> = {
  'AWS::ApiGateway::Account': {
    identify: byIdAnd('Id'),
    meaning: 'access logs go to the terminal',
  },
  'AWS::Budgets::Budget': { identify: byIdAnd('Id'), meaning: 'nothing costs money here' },
  'AWS::CDK::Metadata': { identify: byId, meaning: 'the CDK tells AWS by it which constructs are in use' },
  'AWS::CloudFormation::CustomResource': { identify: customResource, meaning: custom },
  'AWS::CloudFront::CachePolicy': { identify: cloudFrontPolicy, meaning: page },
  'AWS::CloudFront::Distribution': { identify: distribution, meaning: page },
  'AWS::CloudFront::Function': { identify: cloudFrontFunction, meaning: page },
  'AWS::CloudFront::OriginAccessControl': { identify: byIdAnd('Id'), meaning: page },
  'AWS::CloudFront::OriginRequestPolicy': { identify: cloudFrontPolicy, meaning: page },
  'AWS::CloudFront::ResponseHeadersPolicy': { identify: cloudFrontPolicy, meaning: page },
  'AWS::CloudWatch::Alarm': { identify: alarm, meaning: monitoring },
  'AWS::CloudWatch::CompositeAlarm': { identify: alarm, meaning: monitoring },
  'AWS::CloudWatch::Dashboard': { identify: byName('DashboardName'), meaning: monitoring },
  'AWS::Cognito::ManagedLoginBranding': { identify: managedLoginBranding, meaning: signIn },
  'AWS::Cognito::UserPoolDomain': {
    identify: byName('Domain', () => ({ CloudFrontDistribution: 'd111111abcdef8.cloudfront.net' })),
    meaning: signIn,
  },
  'AWS::Cognito::UserPoolGroup': {
    identify: byName('GroupName'),
    meaning: 'a token has the groups it is asked for',
  },
  'AWS::IoT::ProvisioningTemplate': {
    identify: provisioningTemplate,
    meaning: 'no device provisions itself by a claim here: make its certificate at the AWS IoT API',
  },
  'AWS::IoT::ThingType': { identify: thingType, meaning: 'things have no type here' },
  'AWS::KMS::Alias': { identify: byName('AliasName'), meaning: keys },
  'AWS::KMS::Key': { identify: key, meaning: keys },
  'AWS::Lambda::LayerVersion': { identify: layerVersion, meaning: 'functions run without layers' },
  'AWS::Logs::LogGroup': { identify: logGroup, meaning: 'logs go to the terminal' },
  'AWS::Logs::MetricFilter': { identify: byName('FilterName'), meaning: monitoring },
  'AWS::Logs::QueryDefinition': { identify: queryDefinition, meaning: monitoring },
  'AWS::Logs::ResourcePolicy': { identify: byName('PolicyName'), meaning: 'logs go to the terminal' },
  'AWS::S3::Bucket': { identify: bucket, meaning: page },
  'AWS::S3::BucketPolicy': { identify: byName('Bucket'), meaning: page },
  'AWS::SNS::Subscription': { identify: topicSubscription, meaning: messages },
  'AWS::SNS::Topic': { identify: topic, meaning: messages },
  'AWS::SNS::TopicPolicy': { identify: byIdAnd('Id'), meaning: messages },
  'AWS::SSM::Parameter': { identify: parameter, meaning: 'nothing here reads parameters' },
};

/** The type that stands for `Custom::` and any name. */
const isCustom = (type: string): boolean => /^Custom::[\w@-]{1,60}$/.test(type);

/** The type as a type without effect; undefined when it is none. */
export const notRunType = (type: string): NotRun | undefined => {
  if (isCustom(type)) return { identify: customResource, meaning: custom };
  return Object.hasOwn(types, type) ? types[type] : undefined;
};

/** All of them by name, without those that are called `Custom::` and something. */
export const notRunTypeNames: readonly string[] = Object.keys(types);

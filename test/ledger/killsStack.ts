import { join } from 'node:path';
import type { Ports } from '../../infra/twin/boot.ts';
import type { Stack } from '../../infra/twin/template/cloudAssembly.ts';
import type { TemplateResource } from '../../infra/twin/template/template.ts';

/** Where the rule puts messages: a queue, or a function that is invoked asynchronously. Each has a journal of its own. */
export type KillsWay = 'queue' | 'function';

/** What one life of the twin is told by the process that will kill it. */
export type Life = { readonly way: KillsWay; readonly data: string; readonly ports: Ports };

/** What the function appends to, a message a line. */
export const keptFile = (data: string): string => join(data, 'kept.jsonl');

/** What a service may do with it, if anything. */
const role = (service: string, ...statements: object[]): TemplateResource => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
    ...(statements.length === 0
      ? {}
      : {
          Policies: [
            { PolicyName: 'Grants', PolicyDocument: { Version: '2012-10-17', Statement: statements } },
          ],
        }),
  },
});

const rule = (action: object): TemplateResource => ({
  Type: 'AWS::IoT::TopicRule',
  Properties: {
    TopicRulePayload: {
      AwsIotSqlVersion: '2016-03-23',
      Sql: "SELECT * FROM 'kept/+'",
      Actions: [action],
    },
  },
});

const queueResources = (): Record<string, TemplateResource> => ({
  Kept: { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 1_209_600 } },
  Keep: rule({
    Sqs: { QueueUrl: { Ref: 'Kept' }, UseBase64: false, RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } },
  }),
  Role: role('iot.amazonaws.com', {
    Effect: 'Allow',
    Action: 'sqs:SendMessage',
    Resource: { 'Fn::GetAtt': ['Kept', 'Arn'] },
  }),
});

// Begins a line of its own: a kill may have torn the one before.
const append = `
  const { appendFileSync } = require('node:fs');
  exports.handler = async (event) => appendFileSync(process.env.KEPT, '\\n' + JSON.stringify(event) + '\\n');`;

const functionResources = (data: string): Record<string, TemplateResource> => ({
  Kept: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Timeout: 900, // Of a clock that runs fast.
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Code: { ZipFile: append },
      Environment: { Variables: { KEPT: keptFile(data) } },
    },
  },
  Role: role('lambda.amazonaws.com'),
  Keep: rule({ Lambda: { FunctionArn: { 'Fn::GetAtt': ['Kept', 'Arn'] } } }),
  MayInvoke: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': ['Kept', 'Arn'] },
      Principal: 'iot.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': ['Keep', 'Arn'] },
    },
  },
});

/** The least that keeps a message: a rule, and what it hands on to. What is published to `kept/<device>` is kept. */
export const killsStack = ({ way, data }: Pick<Life, 'way' | 'data'>): Stack => ({
  name: 'kills',
  assetFolder: () => undefined,
  template: {
    Resources: way === 'queue' ? queueResources() : functionResources(data),
    Outputs: { Kept: { Value: { Ref: 'Kept' } } },
  },
});

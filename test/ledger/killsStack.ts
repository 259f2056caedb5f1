import type { Ports } from '../../infra/twin/boot.ts';
import type { Stack } from '../../infra/twin/template/cloudAssembly.ts';

/** What one life of the twin is told by the process that will kill it. */
export type Life = { readonly data: string; readonly ports: Ports };

/** The least that keeps a message: a rule and a queue. What is published to `kept/<device>` is sent to the queue. */
export const killsStack: Stack = {
  name: 'kills',
  assetFolder: () => undefined,
  template: {
    Resources: {
      Kept: { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 1_209_600 } },
      Keep: {
        Type: 'AWS::IoT::TopicRule',
        Properties: {
          TopicRulePayload: {
            AwsIotSqlVersion: '2016-03-23',
            Sql: "SELECT * FROM 'kept/+'",
            Actions: [{ Sqs: { QueueUrl: { Ref: 'Kept' }, UseBase64: false, RoleArn: '' } }],
          },
        },
      },
    },
    Outputs: { Kept: { Value: { Ref: 'Kept' } } },
  },
};

import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Handler } from './handler.ts';

export type TopicRuleProps = {
  description: string;
  sql: string;
  handler: Handler;
  /** Where messages go that the rule could not hand on, or on which the function failed until its retries ran out. */
  failures: Queue;
};

/** An IoT rule, the function it invokes per message, the permission to do so, and where messages go that fail. */
export class TopicRule extends Construct {
  constructor(scope: Construct, id: string, { description, sql, handler, failures }: TopicRuleProps) {
    super(scope, id);
    // IoT invokes asynchronously, so the rule never hears of the function's errors: the retries and the queue do.
    handler.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.minutes(5), // The second retry comes 3 minutes after the first try.
      onFailure: new SqsDestination(failures),
    });
    const toFailures = new Role(this, 'ErrorActionRole', {
      assumedBy: new ServicePrincipal('iot.amazonaws.com'),
    });
    toFailures.addToPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [failures.queueArn] }),
    );
    const rule = new CfnTopicRule(this, 'Rule', {
      topicRulePayload: {
        description,
        sql,
        awsIotSqlVersion: '2016-03-23',
        actions: [{ lambda: { functionArn: handler.functionArn } }],
        errorAction: { sqs: { queueUrl: failures.queueUrl, roleArn: toFailures.roleArn, useBase64: false } },
      },
    });
    handler.addPermission('InvokedByRule', {
      principal: new ServicePrincipal('iot.amazonaws.com'),
      sourceArn: rule.attrArn,
      sourceAccount: Stack.of(this).account,
    });
  }
}

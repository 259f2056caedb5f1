import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Handler } from './handler.ts';

export type TopicRuleProps = {
  description: string;
  sql: string;
  /** The function that it invokes per message, or the queue that it puts messages into. */
  to: Handler | Queue;
  /** Where messages go that the rule could not hand on, or on which the function failed until its retries ran out. */
  failures: Queue;
};

/** An IoT rule, what it hands messages to, the permission to do so, and where messages go that fail. */
export class TopicRule extends Construct {
  /** As Basic Ingest names it. */
  readonly ruleName: string;
  private readonly role: Role;

  constructor(scope: Construct, id: string, { description, sql, to, failures }: TopicRuleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('iot.amazonaws.com') });
    const rule = new CfnTopicRule(this, 'Rule', {
      topicRulePayload: {
        description,
        sql,
        awsIotSqlVersion: '2016-03-23',
        actions: [to instanceof Queue ? this.send(to) : { lambda: { functionArn: to.functionArn } }],
        errorAction: this.send(failures),
      },
    });
    this.ruleName = rule.ref;
    if (!(to instanceof Queue)) this.invoke(to, rule, failures);
  }

  private send(queue: Queue): CfnTopicRule.ActionProperty {
    this.role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }));
    return { sqs: { queueUrl: queue.queueUrl, roleArn: this.role.roleArn, useBase64: false } };
  }

  private invoke(handler: Handler, rule: CfnTopicRule, failures: Queue): void {
    // IoT invokes asynchronously, so the rule never hears of the function's errors: the retries and the queue do.
    handler.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.minutes(5), // The second retry comes 3 minutes after the first try.
      onFailure: new SqsDestination(failures),
    });
    handler.addPermission('InvokedByRule', {
      principal: new ServicePrincipal('iot.amazonaws.com'),
      sourceArn: rule.attrArn,
      sourceAccount: Stack.of(this).account,
    });
  }
}

import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import { Construct } from 'constructs';
import { allow } from './allow.ts';
import type { Handler } from './handler.ts';
import { iotService } from './iotService.ts';
import { SecureQueue } from './secureQueue.ts';

export type TopicRuleProps = {
  description: string;
  sql: string;
  /** The function that it invokes per message, or the queue that it puts messages into. */
  to: Handler | SecureQueue;
  /** Where messages go that the rule could not hand on, or on which the function failed until its retries ran out. */
  failures: SecureQueue;
};

/** An IoT rule, what it hands messages to, the permission to do so, and where messages go that fail. */
export class TopicRule extends Construct {
  /** As Basic Ingest names it. */
  readonly ruleName: string;
  private readonly role: Role;

  constructor(scope: Construct, id: string, { description, sql, to, failures }: TopicRuleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', { assumedBy: iotService() });
    const rule = new CfnTopicRule(this, 'Rule', {
      topicRulePayload: {
        description,
        sql,
        awsIotSqlVersion: '2016-03-23',
        actions: [
          to instanceof SecureQueue ? this.send(to) : { lambda: { functionArn: to.target.functionArn } },
        ],
        errorAction: this.send(failures),
      },
    });
    this.ruleName = rule.ref;
    if (!(to instanceof SecureQueue)) this.invoke(to, rule, failures);
  }

  private send(queue: SecureQueue): CfnTopicRule.ActionProperty {
    this.role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }));
    return { sqs: { queueUrl: queue.queueUrl, roleArn: this.role.roleArn, useBase64: false } };
  }

  private invoke(handler: Handler, rule: CfnTopicRule, failures: SecureQueue): void {
    // IoT invokes asynchronously, so the rule never hears of the function's errors: the retries and the queue do.
    handler.target.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.minutes(5), // The second retry comes 3 minutes after the first try.
      onFailure: { bind: () => ({ destination: failures.queueArn }) },
    });
    allow(handler, failures.queueArn, 'sqs:SendMessage');
    handler.target.addPermission('InvokedByRule', {
      principal: new ServicePrincipal('iot.amazonaws.com'),
      sourceArn: rule.attrArn,
      sourceAccount: Stack.of(this).account,
    });
  }
}

import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { telemetryRuleSql } from '../ingest/rule.ts';
import { Handler } from './handler.ts';
import type { Settings } from './settings.ts';
import type { Tables } from './tables.ts';
import type { ViewersApi } from './webSocketApi.ts';

export type FilterProps = { tables: Tables; viewers: ViewersApi; settings: Settings };

/** `direct` ingest: the rule, the function it invokes per message, and where messages go that did not get through. */
export class Filter extends Construct {
  /** Messages that are no readings, with the reason. */
  readonly rejects: Queue;
  /** Messages that the rule could not hand on, or on which the function failed until its retries ran out. */
  readonly failures: Queue;

  constructor(scope: Construct, id: string, { tables, viewers, settings }: FilterProps) {
    super(scope, id);
    this.rejects = new Queue(this, 'Rejects', { retentionPeriod: Duration.days(14) });
    this.failures = new Queue(this, 'Failures', { retentionPeriod: Duration.days(14) });

    const handler = new Handler(this, 'Function', {
      entry: 'ingest/handlers/direct.ts',
      timeout: Duration.seconds(10),
      environment: {
        ...tables.environment,
        CALLBACK_URL: viewers.stage.callbackUrl,
        REJECTS_QUEUE_URL: this.rejects.queueUrl,
        SUBSCRIPTION_CACHE_MS: String(settings.subscriptionCacheMs),
      },
    });
    tables.subscriptions.grant(handler, 'dynamodb:Query', 'dynamodb:DeleteItem');
    tables.connections.grant(handler, 'dynamodb:DeleteItem');
    this.rejects.grant(handler, 'sqs:SendMessage');
    viewers.grantPush(handler);

    // IoT invokes asynchronously, so the rule never hears of the function's errors: the retries and the queue do.
    handler.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.minutes(5), // The second retry comes 3 minutes after the first try.
      onFailure: new SqsDestination(this.failures),
    });

    this.addRule(handler);
  }

  private addRule(handler: Handler): void {
    const toFailures = new Role(this, 'ErrorActionRole', {
      assumedBy: new ServicePrincipal('iot.amazonaws.com'),
    });
    toFailures.addToPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.failures.queueArn] }),
    );
    const rule = new CfnTopicRule(this, 'Rule', {
      topicRulePayload: {
        description: 'Hands every telemetry message, byte by byte, to the filter',
        sql: telemetryRuleSql,
        awsIotSqlVersion: '2016-03-23',
        actions: [{ lambda: { functionArn: handler.functionArn } }],
        errorAction: {
          sqs: { queueUrl: this.failures.queueUrl, roleArn: toFailures.roleArn, useBase64: false },
        },
      },
    });
    handler.addPermission('InvokedByRule', {
      principal: new ServicePrincipal('iot.amazonaws.com'),
      sourceArn: rule.attrArn,
      sourceAccount: Stack.of(this).account,
    });
  }
}

import { Duration } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { telemetryRuleSql } from '../ingest/rule.ts';
import type { Flush } from './flush.ts';
import { Handler } from './handler.ts';
import type { Settings } from './settings.ts';
import type { Tables } from './tables.ts';
import { TopicRule } from './topicRule.ts';
import type { ViewersApi } from './webSocketApi.ts';

export type FilterProps = {
  tables: Tables;
  viewers: ViewersApi;
  flush: Flush;
  failures: Queue;
  settings: Settings;
};

/** `direct` ingest: the rule, and the function it invokes per message. */
export class Filter extends Construct {
  /** Messages that are no readings, with the reason. */
  readonly rejects: Queue;

  constructor(scope: Construct, id: string, { tables, viewers, flush, failures, settings }: FilterProps) {
    super(scope, id);
    this.rejects = new Queue(this, 'Rejects', { retentionPeriod: Duration.days(14) });

    const handler = new Handler(this, 'Function', {
      entry: 'ingest/handlers/direct.ts',
      timeout: Duration.seconds(10),
      environment: {
        ...tables.environment,
        CALLBACK_URL: viewers.stage.callbackUrl,
        REJECTS_QUEUE_URL: this.rejects.queueUrl,
        FLUSH_QUEUE_URL: flush.queue.queueUrl,
        SUBSCRIPTION_CACHE_MS: String(settings.subscriptionCacheMs),
      },
    });
    tables.subscriptions.grant(handler, 'dynamodb:Query', 'dynamodb:DeleteItem');
    tables.connections.grant(handler, 'dynamodb:DeleteItem');
    tables.devices.grant(handler, 'dynamodb:UpdateItem');
    tables.members.grant(handler, 'dynamodb:PutItem');
    tables.readings.grant(handler, 'dynamodb:PutItem');
    tables.paces.grant(handler, 'dynamodb:GetItem', 'dynamodb:PutItem');
    this.rejects.grant(handler, 'sqs:SendMessage');
    flush.queue.grant(handler, 'sqs:SendMessage');
    viewers.grantPush(handler);

    new TopicRule(this, 'Telemetry', {
      description: 'Hands every telemetry message, byte by byte, to the filter',
      sql: telemetryRuleSql,
      handler,
      failures,
    });
  }
}

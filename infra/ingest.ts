import { Duration, Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { telemetryRuleSql } from '../ingest/rule.ts';
import { allow } from './allow.ts';
import { Handler } from './handler.ts';
import type { Later } from './later.ts';
import { feed, visibilityFor } from './queueSource.ts';
import { SecureQueue } from './secureQueue.ts';
import type { Settings } from './settings.ts';
import type { Tables } from './tables.ts';
import { TopicRule } from './topicRule.ts';
import type { ViewersApi } from './webSocketApi.ts';

export type IngestProps = {
  tables: Tables;
  api: ViewersApi;
  later: Later;
  failures: SecureQueue;
  settings: Settings;
};

/**
 * How readings come in. `direct`: the rule invokes the filter once per message. `queue`: the rule puts messages into a queue,
 * and the filter takes what comes in a second. Queue and its function are there in either mode, since what failed is
 * redriven through them.
 */
export class Ingest extends Construct {
  /** Messages that are no readings, with the reason. */
  readonly rejects: SecureQueue;
  readonly queue: SecureQueue;
  /** Takes batches from the queue. */
  readonly batch: Handler;
  /** Takes one message at a time from the rule; only where `ingest` is `direct`. */
  readonly direct: Handler | undefined;
  /** Takes every telemetry message. */
  readonly rule: TopicRule;

  constructor(scope: Construct, id: string, props: IngestProps) {
    super(scope, id);
    const { failures, settings } = props;
    this.rejects = this.rejectsQueue();
    this.queue = new SecureQueue(this, 'Queue', {
      visibilityTimeout: visibilityFor('queue'),
      retentionPeriod: Duration.days(14),
      deadLetterQueue: { queue: failures, maxReceiveCount: 5 },
    });
    this.batch = this.filter('Batch', 'queue', props);
    // Only a batch has several readings to record at once.
    allow(this.batch, props.tables.readings.tableArn, 'dynamodb:BatchWriteItem');
    feed(this.batch, this.queue, { batchSize: 1_000, window: Duration.seconds(1) });
    this.direct = settings.ingest === 'direct' ? this.filter('Function', 'direct', props) : undefined;
    this.rule = new TopicRule(this, 'Telemetry', {
      description: 'Hands every telemetry message, byte by byte, to the filter',
      sql: telemetryRuleSql,
      to: this.direct ?? this.queue,
      failures,
    });
  }

  private rejectsQueue(): SecureQueue {
    const rejects = new SecureQueue(this, 'Rejects', { retentionPeriod: Duration.days(14) });
    Validations.of(rejects).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        'No function receives from it, so no message can fail there: people look at it, and redrive it.',
    });
    return rejects;
  }

  private filter(
    id: string,
    handler: 'direct' | 'queue',
    { tables, api, later, settings }: IngestProps,
  ): Handler {
    const filter = new Handler(this, id, {
      handler,
      environment: {
        ...tables.environment,
        CALLBACK_URL: api.callbackUrl,
        REJECTS_QUEUE_URL: this.rejects.queueUrl,
        LATER_QUEUE_URL: later.queue.queueUrl,
        SUBSCRIPTION_CACHE_MS: String(settings.subscriptionCacheMs),
      },
      settings,
    });
    const { subscriptions, connections, devices, members, readings, paces, debts } = tables;
    allow(filter, subscriptions.tableArn, 'dynamodb:Query', 'dynamodb:BatchWriteItem');
    allow(filter, connections.tableArn, 'dynamodb:BatchGetItem', 'dynamodb:BatchWriteItem');
    allow(filter, devices.tableArn, 'dynamodb:UpdateItem');
    allow(filter, members.tableArn, 'dynamodb:PutItem');
    allow(filter, readings.tableArn, 'dynamodb:PutItem');
    allow(filter, paces.tableArn, 'dynamodb:GetItem', 'dynamodb:PutItem');
    allow(filter, debts.tableArn, 'dynamodb:BatchWriteItem');
    allow(filter, this.rejects.queueArn, 'sqs:SendMessage');
    allow(filter, later.queue.queueArn, 'sqs:SendMessage');
    api.grant(filter, 'POST');
    return filter;
  }
}

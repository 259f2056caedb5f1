import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { telemetryRuleSql } from '../ingest/rule.ts';
import { Handler } from './handler.ts';
import type { Later } from './later.ts';
import type { Settings } from './settings.ts';
import type { Tables } from './tables.ts';
import { TopicRule } from './topicRule.ts';
import type { ViewersApi } from './webSocketApi.ts';

export type IngestProps = {
  tables: Tables;
  viewers: ViewersApi;
  later: Later;
  failures: Queue;
  settings: Settings;
};

const timeout = Duration.seconds(10);

/**
 * How readings come in. `direct`: the rule invokes the filter once per message. `queue`: the rule puts messages into a queue,
 * and the filter takes what comes in a second. Queue and its function are there in either mode, since what failed is
 * redriven through them.
 */
export class Ingest extends Construct {
  /** Messages that are no readings, with the reason. */
  readonly rejects: Queue;
  readonly queue: Queue;
  /** Takes every telemetry message. */
  readonly rule: TopicRule;

  constructor(scope: Construct, id: string, props: IngestProps) {
    super(scope, id);
    const { failures, settings } = props;
    this.rejects = new Queue(this, 'Rejects', { retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, 'Queue', {
      // Six times the function's time-out, as AWS advises for a queue that feeds a function.
      visibilityTimeout: Duration.seconds(timeout.toSeconds() * 6),
      retentionPeriod: Duration.days(14),
      deadLetterQueue: { queue: failures, maxReceiveCount: 5 },
    });
    this.filter('Batch', 'ingest/handlers/queue.ts', props).addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: 1_000,
        maxBatchingWindow: Duration.seconds(1),
        reportBatchItemFailures: true,
      }),
    );
    this.rule = new TopicRule(this, 'Telemetry', {
      description: 'Hands every telemetry message, byte by byte, to the filter',
      sql: telemetryRuleSql,
      to:
        settings.ingest === 'queue'
          ? this.queue
          : this.filter('Function', 'ingest/handlers/direct.ts', props),
      failures,
    });
  }

  private filter(id: string, entry: string, { tables, viewers, later, settings }: IngestProps): Handler {
    const handler = new Handler(this, id, {
      entry,
      timeout,
      environment: {
        ...tables.environment,
        CALLBACK_URL: viewers.stage.callbackUrl,
        REJECTS_QUEUE_URL: this.rejects.queueUrl,
        LATER_QUEUE_URL: later.queue.queueUrl,
        SUBSCRIPTION_CACHE_MS: String(settings.subscriptionCacheMs),
      },
    });
    tables.subscriptions.grant(handler, 'dynamodb:Query', 'dynamodb:BatchWriteItem');
    tables.connections.grant(handler, 'dynamodb:BatchGetItem', 'dynamodb:BatchWriteItem');
    tables.devices.grant(handler, 'dynamodb:UpdateItem');
    tables.members.grant(handler, 'dynamodb:PutItem');
    tables.readings.grant(handler, 'dynamodb:PutItem', 'dynamodb:BatchWriteItem');
    tables.paces.grant(handler, 'dynamodb:GetItem', 'dynamodb:PutItem');
    tables.debts.grant(handler, 'dynamodb:BatchWriteItem');
    this.rejects.grant(handler, 'sqs:SendMessage');
    later.queue.grant(handler, 'sqs:SendMessage');
    viewers.grantPush(handler);
    return handler;
  }
}

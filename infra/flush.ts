import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { Handler } from './handler.ts';
import type { Tables } from './tables.ts';
import type { ViewersApi } from './webSocketApi.ts';

export type FlushProps = { tables: Tables; viewers: ViewersApi; failures: Queue };

const timeout = Duration.seconds(10);

/** The queue of folds that wait for their time, each message delayed until then, and the function that sends them. */
export class Flush extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { tables, viewers, failures }: FlushProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      // Six times the function's time-out, as AWS advises for a queue that feeds a function.
      visibilityTimeout: Duration.seconds(timeout.toSeconds() * 6),
      deadLetterQueue: { queue: failures, maxReceiveCount: 5 },
    });
    const handler = new Handler(this, 'Function', {
      entry: 'fanout/handlers/flush.ts',
      timeout,
      environment: {
        ...tables.environment,
        CALLBACK_URL: viewers.stage.callbackUrl,
        FLUSH_QUEUE_URL: this.queue.queueUrl,
      },
    });
    tables.connections.grant(handler, 'dynamodb:GetItem', 'dynamodb:DeleteItem');
    tables.subscriptions.grant(handler, 'dynamodb:DeleteItem');
    tables.paces.grant(handler, 'dynamodb:GetItem', 'dynamodb:PutItem');
    this.queue.grant(handler, 'sqs:SendMessage');
    viewers.grantPush(handler);
    handler.addEventSource(new SqsEventSource(this.queue, { batchSize: 10, reportBatchItemFailures: true }));
  }
}

import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { Handler } from './handler.ts';
import type { Tables } from './tables.ts';
import type { ViewersApi } from './webSocketApi.ts';

export type LaterProps = { tables: Tables; viewers: ViewersApi; failures: Queue };

const timeout = Duration.seconds(10);

/**
 * The queue of what is to be sent later, each message delayed until then, and the function that sends it: folds that wait for
 * their time, and what the edge was too busy for.
 */
export class Later extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { tables, viewers, failures }: LaterProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      // Six times the function's time-out, as AWS advises for a queue that feeds a function.
      visibilityTimeout: Duration.seconds(timeout.toSeconds() * 6),
      deadLetterQueue: { queue: failures, maxReceiveCount: 5 },
    });
    const handler = new Handler(this, 'Function', {
      entry: 'fanout/handlers/later.ts',
      timeout,
      environment: {
        ...tables.environment,
        CALLBACK_URL: viewers.stage.callbackUrl,
        LATER_QUEUE_URL: this.queue.queueUrl,
      },
    });
    tables.connections.grant(
      handler,
      'dynamodb:GetItem',
      'dynamodb:DeleteItem',
      'dynamodb:BatchGetItem',
      'dynamodb:BatchWriteItem',
    );
    tables.subscriptions.grant(handler, 'dynamodb:BatchWriteItem');
    tables.debts.grant(handler, 'dynamodb:BatchWriteItem');
    tables.paces.grant(handler, 'dynamodb:GetItem', 'dynamodb:PutItem');
    this.queue.grant(handler, 'sqs:SendMessage');
    viewers.grantPush(handler);
    handler.addEventSource(new SqsEventSource(this.queue, { batchSize: 10, reportBatchItemFailures: true }));
  }
}

import { Construct } from 'constructs';
import { allow } from './allow.ts';
import { Handler } from './handler.ts';
import { feed, visibilityFor } from './queueSource.ts';
import { SecureQueue } from './secureQueue.ts';
import type { Settings } from './settings.ts';
import type { Tables } from './tables.ts';
import type { ViewersApi } from './webSocketApi.ts';

export type LaterProps = {
  tables: Tables;
  api: ViewersApi;
  failures: SecureQueue;
  settings: Settings;
};

/**
 * The queue of what is to be sent later, each message delayed until then, and the function that sends it: folds that wait for
 * their time, and what the edge was too busy for.
 */
export class Later extends Construct {
  readonly queue: SecureQueue;
  readonly handler: Handler;

  constructor(scope: Construct, id: string, { tables, api, failures, settings }: LaterProps) {
    super(scope, id);
    this.queue = new SecureQueue(this, 'Queue', {
      visibilityTimeout: visibilityFor('later'),
      deadLetterQueue: { queue: failures, maxReceiveCount: 5 },
    });
    this.handler = new Handler(this, 'Function', {
      handler: 'later',
      environment: {
        ...tables.environment,
        CALLBACK_URL: api.callbackUrl,
        LATER_QUEUE_URL: this.queue.queueUrl,
      },
      settings,
    });
    const { connections, subscriptions, debts, paces } = tables;
    allow(
      this.handler,
      connections.tableArn,
      'dynamodb:GetItem',
      'dynamodb:DeleteItem',
      'dynamodb:BatchGetItem',
      'dynamodb:BatchWriteItem',
    );
    allow(this.handler, subscriptions.tableArn, 'dynamodb:BatchWriteItem');
    allow(this.handler, debts.tableArn, 'dynamodb:BatchWriteItem');
    allow(this.handler, paces.tableArn, 'dynamodb:GetItem', 'dynamodb:PutItem');
    allow(this.handler, this.queue.queueArn, 'sqs:SendMessage');
    api.grant(this.handler, 'POST', 'DELETE');
    feed(this.handler, this.queue, { batchSize: 10 });
  }
}

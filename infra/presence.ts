import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { presenceRuleSql } from '../ingest/rule.ts';
import { Handler } from './handler.ts';
import type { Tables } from './tables.ts';
import { TopicRule } from './topicRule.ts';
import type { ViewersApi } from './webSocketApi.ts';

/** Which devices are connected: IoT Core's life-cycle events, and the function that keeps and announces them. */
export class Presence extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { tables, viewers, failures }: { tables: Tables; viewers: ViewersApi; failures: Queue },
  ) {
    super(scope, id);
    const handler = new Handler(this, 'Function', {
      entry: 'ingest/handlers/presence.ts',
      timeout: Duration.seconds(10),
      environment: { ...tables.environment, CALLBACK_URL: viewers.stage.callbackUrl },
    });
    tables.devices.grant(handler, 'dynamodb:UpdateItem');
    tables.subscriptions.grant(handler, 'dynamodb:Query');
    viewers.grantPush(handler);
    new TopicRule(this, 'LifeCycle', {
      description: 'Hands on which clients connect and disconnect',
      sql: presenceRuleSql,
      to: handler,
      failures,
    });
  }
}

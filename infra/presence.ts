import { Construct } from 'constructs';
import { presenceRuleSql } from '../ingest/rule.ts';
import { allow } from './allow.ts';
import { Handler } from './handler.ts';
import type { SecureQueue } from './secureQueue.ts';
import type { Settings } from './settings.ts';
import type { Tables } from './tables.ts';
import { TopicRule } from './topicRule.ts';
import type { ViewersApi } from './webSocketApi.ts';

export type PresenceProps = {
  tables: Tables;
  api: ViewersApi;
  failures: SecureQueue;
  settings: Settings;
};

/** Which devices are connected: IoT Core's life-cycle events, and the function that keeps and announces them. */
export class Presence extends Construct {
  readonly handler: Handler;
  readonly rule: TopicRule;

  constructor(scope: Construct, id: string, { tables, api, failures, settings }: PresenceProps) {
    super(scope, id);
    this.handler = new Handler(this, 'Function', {
      handler: 'presence',
      environment: { ...tables.environment, CALLBACK_URL: api.callbackUrl },
      settings,
    });
    allow(this.handler, tables.devices.tableArn, 'dynamodb:UpdateItem');
    allow(this.handler, tables.subscriptions.tableArn, 'dynamodb:Query');
    api.grant(this.handler, 'POST');
    this.rule = new TopicRule(this, 'LifeCycle', {
      description: 'Hands on which clients connect and disconnect',
      sql: presenceRuleSql,
      to: this.handler,
      failures,
    });
  }
}

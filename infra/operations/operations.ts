import { CfnOutput } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Ingest } from '../ingest.ts';
import type { Later } from '../later.ts';
import type { Presence } from '../presence.ts';
import type { Settings } from '../settings.ts';
import type { ViewersApi } from '../webSocketApi.ts';
import { Alarms } from './alarms.ts';
import { Budget } from './budget.ts';
import { Dashboard } from './dashboard.ts';
import { Notices } from './notices.ts';
import { Queries } from './queries.ts';
import { watchedIn } from './watched.ts';

export type OperationsProps = {
  ingest: Ingest;
  presence: Presence;
  later: Later;
  viewers: ViewersApi;
  failures: IQueue;
  settings: Settings;
};

/** What tells how the stack is doing. To be made last: it watches what is there by then. */
export class Operations extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { ingest, presence, later, viewers, failures, settings }: OperationsProps,
  ) {
    super(scope, id);
    const watched = watchedIn(this, {
      stage: viewers.stage,
      accessLog: viewers.accessLog,
      telemetryRule: ingest.rule,
      presenceRule: presence.rule,
      queues: { ingest: ingest.queue, later: later.queue, failures, rejects: ingest.rejects },
    });
    const { topic } = new Notices(this, 'Notices', settings);
    const { all } = new Alarms(this, 'Alarms', { watched, settings, notices: topic });
    const { dashboardName } = new Dashboard(this, 'Dashboard', { watched, alarms: all });
    new Queries(this, 'Queries', watched);
    const { alarmEmail, monthlyBudgetUsd } = settings;
    if (alarmEmail !== undefined && monthlyBudgetUsd !== undefined)
      new Budget(this, 'Budget', { usdPerMonth: monthlyBudgetUsd, email: alarmEmail });
    new CfnOutput(this, 'OperationsDashboard', {
      value: dashboardName,
      description: 'The CloudWatch dashboard that tells whether viewers get what devices send',
    }).overrideLogicalId('OperationsDashboard');
    new CfnOutput(this, 'AlarmTopicArn', {
      value: topic.topicArn,
      description: 'Where alarms go; subscribe more than the setting alarmEmail names',
    }).overrideLogicalId('AlarmTopicArn');
  }
}

import { Duration, Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  GraphWidgetView,
  PeriodOverride,
  TextWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { rows, type Graph } from './dashboardRows.ts';
import type { Watched } from './watched.ts';

/** Columns of a dashboard. */
const columns = 24;

const heading = (markdown: string): IWidget => new TextWidget({ markdown, width: columns, height: 1 });

const graph = ({ title, lines, right = [], stacked = false }: Graph, width: number): IWidget =>
  new GraphWidget({
    title,
    left: [...lines] satisfies IMetric[],
    right: [...right],
    stacked,
    view: GraphWidgetView.TIME_SERIES,
    leftYAxis: { min: 0 },
    rightYAxis: { min: 0 },
    width,
    height: 6,
  });

export type DashboardProps = { watched: Watched; alarms: readonly IAlarm[] };

/** Are viewers getting what devices send? One row a question. */
export class Dashboard extends Construct {
  readonly dashboardName: string;

  constructor(scope: Construct, id: string, { watched, alarms }: DashboardProps) {
    super(scope, id);
    const dashboard = new CloudWatchDashboard(this, 'Dashboard', {
      dashboardName: Stack.of(this).stackName,
      defaultInterval: Duration.hours(3),
      // Counts are of a minute, whatever stretch of time is looked at.
      periodOverride: PeriodOverride.INHERIT,
    });
    dashboard.addWidgets(heading('# Are viewers getting what devices send?'));
    dashboard.addWidgets(new AlarmStatusWidget({ alarms: [...alarms], width: columns, height: 3 }));
    for (const { question, graphs } of rows(watched)) {
      dashboard.addWidgets(heading(`## ${question}`));
      dashboard.addWidgets(...graphs.map((each) => graph(each, columns / graphs.length)));
    }
    this.dashboardName = dashboard.dashboardName;
  }
}

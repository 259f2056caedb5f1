import { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import type { Definition, Definitions } from './alarms/definition.ts';
import { deliveryAlarms } from './alarms/deliveries.ts';
import { edgeAlarms } from './alarms/edge.ts';
import { functionAlarms } from './alarms/functions.ts';
import { queueAlarms } from './alarms/queues.ts';
import { readingAlarms } from './alarms/readings.ts';
import { tableAlarms } from './alarms/tables.ts';
import type { Watched } from './watched.ts';

/** The heading of an alarm in the runbook: `ReadingsLostByRule` is "Readings lost by rule". */
export const headingOf = (name: string): string =>
  name.replace(/(?!^)[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);

const definitions = (watched: Watched, settings: Settings): Definitions => ({
  ...readingAlarms(watched, settings),
  ...deliveryAlarms(),
  ...queueAlarms(watched),
  ...functionAlarms(watched),
  ...edgeAlarms(watched, settings),
  ...tableAlarms(watched),
});

export type AlarmsProps = { watched: Watched; settings: Settings; notices: ITopic };

/** Everything that somebody should look at before viewers ask. Each tells when it goes off and when it is over. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { watched, settings, notices }: AlarmsProps) {
    super(scope, id);
    const action = new SnsAction(notices);
    this.all = Object.entries(definitions(watched, settings)).map(([name, definition]) => {
      const alarm = this.alarm(name, definition, settings.runbook);
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    });
  }

  private alarm(
    name: string,
    { says, metric, threshold, comparison, periods, missing }: Definition,
    runbook: string,
  ): Alarm {
    const [atLeast, of] = periods ?? [1, 1];
    return new Alarm(this, name, {
      alarmName: `${Stack.of(this).stackName}-${name}`,
      alarmDescription: `${says} What to do: ${runbook}#${headingOf(name).toLowerCase().replaceAll(' ', '-')}`,
      metric,
      threshold,
      comparisonOperator: comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      datapointsToAlarm: atLeast,
      evaluationPeriods: of,
      treatMissingData: missing,
    });
  }
}

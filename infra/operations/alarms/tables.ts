import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { sumOf } from '../sumOf.ts';
import type { Watched } from '../watched.ts';
import type { Definition, Definitions } from './definition.ts';

const period = Duration.minutes(5);

/**
 * By the table, not by the request: an alarm takes ten metrics at most. An index throttles with errors of $connect, which have
 * an alarm. Filled with 0, since alarms on DynamoDB's own metrics keep their state while these say nothing.
 */
const throttled = (
  { tables }: Watched,
  metricName: string,
): Pick<Definition, 'metric' | 'threshold' | 'missing'> => ({
  metric: sumOf(
    tables.map((table) => table.metric(metricName, { statistic: 'Sum', period })),
    { label: metricName, period },
  ),
  threshold: 1,
  missing: TreatMissingData.NOT_BREACHING,
});

/** Whether tables take what is asked of them. */
export const tableAlarms = (watched: Watched): Definitions => ({
  ReadsThrottled: {
    says: 'A table answers too slowly for what is read: readings wait for their subscriptions, viewers for history.',
    ...throttled(watched, 'ReadThrottleEvents'),
  },
  WritesThrottled: {
    says: 'A table takes less than is written: readings come late, and history may have gaps until they are tried again.',
    ...throttled(watched, 'WriteThrottleEvents'),
  },
});

import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { counted, countedBy, measuredBy } from '../handlerMetrics.ts';
import { sumOf } from '../sumOf.ts';
import type { Definitions } from './definition.ts';

const minute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);

/** Per cent of the readings that were due to viewers. */
const tolerablyBusy = 1;

/** Whether the edge takes what viewers are due. */
export const deliveryAlarms = (): Definitions => ({
  PostsBusy: {
    says: `The edge is too busy for more than ${tolerablyBusy} % of what viewers are due: they get it late, and some are disconnected.`,
    metric: new MathExpression({
      expression: `IF(delivered + busy > 0, 100 * busy / (delivered + busy), 0)`,
      usingMetrics: { delivered: counted('Delivered', minute), busy: counted('Busy', minute) },
      label: 'busy, %',
      period: minute,
    }),
    threshold: tolerablyBusy,
    comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
    periods: [3, 5],
    missing: TreatMissingData.NOT_BREACHING,
  },
  PostsRefused: {
    says: 'The edge refuses readings for good: some viewers do not get what they are due.',
    metric: sumOf(
      [
        ...measuredBy.Refused.map((service) => countedBy(service, 'Refused', { period: fiveMinutes })),
        countedBy('later', 'NotResent', { period: fiveMinutes, reason: 'refused' }),
      ],
      { label: 'refused', period: fiveMinutes },
    ),
    threshold: 1,
    missing: TreatMissingData.NOT_BREACHING,
  },
});

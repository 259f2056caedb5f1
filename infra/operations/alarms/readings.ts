import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Settings } from '../../settings.ts';
import type { TopicRule } from '../../topicRule.ts';
import { counted, timed } from '../handlerMetrics.ts';
import { named, sumOf } from '../sumOf.ts';
import { handlersOf, type Watched } from '../watched.ts';
import type { Definition, Definitions } from './definition.ts';

const fiveMinutes = Duration.minutes(5);

/** Fewer messages than this in five minutes say nothing of a share. */
const leastMessages = 20;
const tolerablePercent = 5;

const rejected = (): Definition => ({
  says: `More than ${tolerablePercent} % of what devices send is no reading: viewers do not see it.`,
  metric: new MathExpression({
    expression: `IF(accepted + rejected >= ${leastMessages}, 100 * rejected / (accepted + rejected), 0)`,
    usingMetrics: {
      accepted: counted('ReadingsAccepted', fiveMinutes),
      rejected: counted('MessagesRejected', fiveMinutes),
    },
    label: 'rejected, %',
    period: fiveMinutes,
  }),
  threshold: tolerablePercent,
  comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
  missing: TreatMissingData.NOT_BREACHING,
});

const slow = ({ slowPushMs }: Settings): Definition => {
  const times = named('time', timed('DeviceToPushMs', 99));
  return {
    says: `One watched reading in a hundred takes ${slowPushMs} ms or more from the rules engine to its viewers' connections.`,
    metric: new MathExpression({
      expression: `MAX([${Object.keys(times)
        .map((name) => `FILL(${name}, 0)`)
        .join(', ')}])`,
      usingMetrics: times,
      label: 'device to push p99, ms',
      period: Duration.minutes(1),
    }),
    threshold: slowPushMs,
    // A cold start is no reason to wake anybody.
    periods: [3, 5],
    missing: TreatMissingData.NOT_BREACHING,
  };
};

/** Messages that a rule handed neither to a function or queue nor to the failures are nowhere. */
const lostByRule = ({ ruleName }: TopicRule, says: string): Definition => ({
  says,
  metric: new MathExpression({
    // A query, since the metric has a dimension more, the type of the action, whose values no document lists.
    expression: `SELECT SUM(ErrorActionFailure) FROM "AWS/IoT" WHERE RuleName = '${ruleName}'`,
    usingMetrics: {},
    label: 'lost',
    period: Duration.minutes(1),
  }),
  threshold: 1,
  missing: TreatMissingData.NOT_BREACHING,
});

/** Functions that the rules invoke: what they fail on goes to the failures, and if it cannot, it is nowhere. */
const lostByFunction = (watched: Watched): Definition => ({
  says: 'Messages on which a function failed could not be kept among the failures: they are lost.',
  metric: sumOf(
    handlersOf(watched, ['direct', 'presence']).map((handler) =>
      handler.metric('DestinationDeliveryFailures', { statistic: 'Sum', period: Duration.minutes(1) }),
    ),
    { label: 'lost', period: Duration.minutes(1) },
  ),
  threshold: 1,
  missing: TreatMissingData.NOT_BREACHING,
});

/** Only where somebody said that there is always something to hear. */
const silent = (): Definition => ({
  says: 'No reading has come in for ten minutes, though devices should be sending: viewers see old values.',
  metric: counted('ReadingsAccepted', fiveMinutes),
  threshold: 1,
  comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
  periods: [2, 2],
  missing: TreatMissingData.BREACHING,
});

/** Whether what devices send becomes readings, and how soon viewers have it. */
export const readingAlarms = (watched: Watched, settings: Settings): Definitions => ({
  ReadingsRejected: rejected(),
  PushesSlow: slow(settings),
  ReadingsLostByRule: lostByRule(
    watched.telemetryRule,
    'The rule could hand readings on neither to the filter nor to the failures: they are lost.',
  ),
  PresenceLostByRule: lostByRule(
    watched.presenceRule,
    'The rule could hand life-cycle events on neither to their function nor to the failures: they are lost.',
  ),
  ReadingsLostByFunction: lostByFunction(watched),
  ...(settings.expectReadings ? { ReadingsMissing: silent() } : {}),
});

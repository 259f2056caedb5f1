import { Duration } from 'aws-cdk-lib';
import { MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Settings } from '../../settings.ts';
import { countedBy } from '../handlerMetrics.ts';
import type { Watched } from '../watched.ts';
import type { Definition, Definitions } from './definition.ts';

const minute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);

/** As much of a quota as is no reason to worry. */
const share = 0.8;

/** What API Gateway could not have answered; $connect refuses by its answer, which counts as an error of the integration. */
const failing = ({ stage }: Watched): Definition => ({
  says: 'API Gateway gets no good answers from the functions behind it: viewers see errors, or cannot connect.',
  metric: new MathExpression({
    expression: 'FILL(integration, 0) + FILL(execution, 0) - FILL(refused, 0)',
    usingMetrics: {
      integration: stage.metric('IntegrationError', { statistic: 'Sum', period: fiveMinutes }),
      execution: stage.metric('ExecutionError', { statistic: 'Sum', period: fiveMinutes }),
      refused: countedBy('connect', 'HandshakesRefused', { period: fiveMinutes }),
    },
    label: 'errors that are no refusals',
    period: fiveMinutes,
  }),
  threshold: 5,
  missing: TreatMissingData.NOT_BREACHING,
});

/**
 * There is no quota on open connections, and no metric of them: what AWS limits is how many are opened in a second
 * (API Gateway, "Quotas for configuring and running a WebSocket API"). A minute is as close as the metric looks.
 */
const opened = ({ stage }: Watched, { newConnectionsQuota }: Settings): Definition => ({
  says: `Connections are opened at ${share * 100} % of the account's quota of ${newConnectionsQuota} a second: soon viewers are turned away.`,
  metric: stage.metric('ConnectCount', { statistic: 'Sum', period: minute }),
  threshold: share * newConnectionsQuota * 60,
  missing: TreatMissingData.NOT_BREACHING,
});

/** The account's throttle covers messages either way, posts to `@connections` among them, of all its APIs in the region. */
const used = ({ stage }: Watched, { requestsQuota }: Settings): Definition => ({
  says: `Messages to and from viewers are at ${share * 100} % of the account's quota of ${requestsQuota} requests a second: soon posts are refused.`,
  metric: stage.metric('MessageCount', { statistic: 'Sum', period: minute }),
  threshold: share * requestsQuota * 60,
  missing: TreatMissingData.NOT_BREACHING,
});

/** Whether API Gateway serves viewers, and how far it is from its limits. */
export const edgeAlarms = (watched: Watched, settings: Settings): Definitions => ({
  EdgeErrors: failing(watched),
  ConnectionsNearQuota: opened(watched, settings),
  MessagesNearQuota: used(watched, settings),
});

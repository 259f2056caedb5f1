import { Duration } from 'aws-cdk-lib';
import { MathExpression, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { HandlerName } from '../../handlers.ts';
import { countedBy } from '../handlerMetrics.ts';
import { filled, named, sumOf } from '../sumOf.ts';
import { handlersOf, type Watched } from '../watched.ts';
import type { Definition, Definitions } from './definition.ts';

const period = Duration.minutes(5);

const errorsOf = (watched: Watched, of: readonly HandlerName[]): IMetric[] =>
  handlersOf(watched, of).map((handler) => handler.metricErrors({ period }));

const errors = (
  watched: Watched,
  of: readonly HandlerName[],
  says: string,
): Pick<Definition, 'says' | 'metric' | 'threshold' | 'missing'> => ({
  says,
  metric: sumOf(errorsOf(watched, of), { label: 'errors', period }),
  threshold: 1,
  missing: TreatMissingData.NOT_BREACHING,
});

/** Handshakes that the authorizer answers with 401 by throwing, as API Gateway wants it: they are no errors of ours. */
const refusedBy401 = ['no token', 'token not valid'] as const;

const signIn = (watched: Watched): Definition => {
  const failed = named('error', errorsOf(watched, ['authorizer']));
  const refused = named(
    'refused',
    refusedBy401.map((reason) => countedBy('authorizer', 'HandshakesRefused', { period, reason })),
  );
  return {
    says: 'Tokens cannot be checked: nobody gets in who is not in already.',
    metric: new MathExpression({
      expression: `${filled(Object.keys(failed))} - (${filled(Object.keys(refused))})`,
      usingMetrics: { ...failed, ...refused },
      label: 'errors that are no refusals',
      period,
    }),
    // Both are counted by the minute they end in, which may differ: a few are no proof.
    threshold: 5,
    periods: [2, 2],
    missing: TreatMissingData.NOT_BREACHING,
  };
};

/**
 * An alarm for what an error means to viewers, not one a function: readings that come late, requests that are not answered,
 * doors that stay shut. The runbook's first look tells which function it was.
 */
export const functionAlarms = (watched: Watched): Definitions => ({
  ReadingErrors: errors(
    watched,
    ['direct', 'queue', 'presence', 'later'],
    'A function that takes or sends readings failed: those readings come late, or end among the failures.',
  ),
  RequestErrors: errors(
    watched,
    ['connect', 'message', 'disconnect'],
    'A function that answers viewers failed: they cannot connect, or hear "Internal server error".',
  ),
  SignInErrors: signIn(watched),
  FunctionsThrottled: {
    says: 'Functions run as often at once as they may: readings come late, viewers are turned away.',
    metric: sumOf(
      watched.handlers.map((handler) => handler.metricThrottles({ period })),
      { label: 'throttles', period },
    ),
    threshold: 1,
    missing: TreatMissingData.NOT_BREACHING,
  },
});

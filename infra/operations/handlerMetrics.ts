import { Duration } from 'aws-cdk-lib';
import {
  Metric as CloudWatchMetric,
  SearchExpression,
  Stats,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { metricsNamespace, type Metric } from '../../fanout/metrics.ts';
import type { HandlerName } from '../handlers.ts';
import { sumOf } from './sumOf.ts';

const filters: readonly HandlerName[] = ['direct', 'queue'];
const posters: readonly HandlerName[] = [...filters, 'later'];
const pushers: readonly HandlerName[] = [...posters, 'presence', 'message'];

/** Which handlers can measure what: a sum over them misses nothing. */
export const measuredBy: Readonly<Record<Metric, readonly HandlerName[]>> = {
  ReadingsAccepted: filters,
  MessagesRejected: filters,
  Matched: filters,
  Delivered: filters,
  Folded: filters,
  Filtered: filters,
  NotGranted: filters,
  TokenExpired: filters,
  Gone: filters,
  Busy: filters,
  Refused: filters,
  Posts: posters,
  Retries: pushers,
  BreakerOpen: pushers,
  OutOfTime: posters,
  Resent: ['later'],
  NotResent: ['later'],
  DebtsForgotten: posters,
  ForgetFailed: posters,
  NoteFailed: posters,
  HungUp: ['later'],
  CacheHits: filters,
  CacheMisses: filters,
  ConnectionsOpened: ['connect'],
  ConnectionsClosed: ['disconnect'],
  HandshakesRefused: ['authorizer', 'connect'],
  Requests: ['message'],
  PresenceEvents: ['presence'],
  IngestMs: filters,
  RecordMs: filters,
  DeliverMs: filters,
  DeviceToPushMs: filters,
};

const minute = Duration.minutes(1);

/** What one handler counts, or one reason of it. */
export const countedBy = (
  service: HandlerName,
  metric: Metric,
  { period = minute, reason }: { period?: Duration; reason?: string } = {},
): IMetric =>
  new CloudWatchMetric({
    namespace: metricsNamespace,
    metricName: metric,
    dimensionsMap: { service, ...(reason === undefined ? {} : { reason }) },
    statistic: Stats.SUM,
    period,
    label: metric,
  });

/** What all handlers together count in a period. */
export const counted = (metric: Metric, period = minute): IMetric =>
  sumOf(
    measuredBy[metric].map((service) => countedBy(service, metric, { period })),
    { label: metric, period },
  );

/** A percentile of a time, for each handler that takes it. */
export const timed = (metric: Metric & `${string}Ms`, percentile: 50 | 99, period = minute): IMetric[] =>
  measuredBy[metric].map(
    (service) =>
      new CloudWatchMetric({
        namespace: metricsNamespace,
        metricName: metric,
        dimensionsMap: { service },
        statistic: Stats.p(percentile),
        period,
        label: `${metric} p${percentile} (${service})`,
      }),
  );

/** A line for every reason that there has been. */
export const byReason = (metric: Metric): IMetric =>
  new SearchExpression({
    expression: `SEARCH('{${metricsNamespace},reason,service} MetricName="${metric}"', 'Sum', ${minute.toSeconds()})`,
    label: '',
    period: minute,
  });

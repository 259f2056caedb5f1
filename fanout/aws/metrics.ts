import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { metricsNamespace, type Measure, type Metric } from '../metrics.ts';

export type HandlerMetrics = {
  measure: Measure;
  /** Writes what was measured since the last time as one line of CloudWatch's embedded metric format, and one more for each reason. */
  publish: () => void;
};

/**
 * The metrics of one handler. Counts are added up until they are published, what is zero is left out: a line is paid for by
 * its bytes.
 */
export const handlerMetrics = (serviceName: string): HandlerMetrics => {
  const emf = new Metrics({ namespace: metricsNamespace, serviceName });
  const counts = new Map<Metric, number>();
  const reasons = new Map<string, { metric: Metric; reason: string; value: number }>();
  return {
    measure: (metric, value, reason) => {
      if (metric.endsWith('Ms')) emf.addMetric(metric, MetricUnit.Milliseconds, value);
      else counts.set(metric, (counts.get(metric) ?? 0) + value);
      if (reason === undefined) return;
      const key = `${metric} ${reason}`;
      reasons.set(key, { metric, reason, value: (reasons.get(key)?.value ?? 0) + value });
    },
    publish: () => {
      for (const [metric, value] of counts) if (value > 0) emf.addMetric(metric, MetricUnit.Count, value);
      counts.clear();
      if (emf.hasStoredMetrics()) emf.publishStoredMetrics();
      for (const { metric, reason, value } of reasons.values())
        emf.singleMetric().addDimension('reason', reason).addMetric(metric, MetricUnit.Count, value);
      reasons.clear();
    },
  };
};

/** The handler, after which its metrics are published, however it ends. */
export const published =
  <Args extends unknown[], R>({ publish }: HandlerMetrics, handler: (...args: Args) => Promise<R>) =>
  async (...args: Args): Promise<R> => {
    try {
      return await handler(...args);
    } finally {
      publish();
    }
  };

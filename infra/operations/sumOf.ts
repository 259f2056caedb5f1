import type { Duration } from 'aws-cdk-lib';
import { MathExpression, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';

/**
 * Metrics as an expression can name them: `metric0`, `metric1`, … after a prefix, since a name must be unique in a graph.
 */
export const named = (prefix: string, metrics: readonly IMetric[]): Record<string, IMetric> =>
  Object.fromEntries(metrics.map((metric, place) => [`${prefix}${place}`, metric]));

/** A metric without a value at some time makes the whole expression one without; here it counts as 0. */
export const filled = (names: readonly string[]): string =>
  names.map((name) => `FILL(${name}, 0)`).join(' + ');

/** The sum of metrics, of which any may have no data. */
export const sumOf = (
  metrics: readonly IMetric[],
  { label, period }: { label: string; period: Duration },
): IMetric => {
  const [only, ...others] = metrics;
  if (only !== undefined && others.length === 0) return only;
  const usingMetrics = named(
    label.replace(/\W/g, '').replace(/^./, (first) => first.toLowerCase()),
    metrics,
  );
  return new MathExpression({ expression: filled(Object.keys(usingMetrics)), usingMetrics, label, period });
};

import type { Template } from 'aws-cdk-lib/assertions';

export type Dimension = { readonly Name: string; readonly Value: unknown };
export type Metric = {
  readonly MetricName?: string;
  readonly Namespace?: string;
  readonly Dimensions?: readonly Dimension[];
};

/** What tests read of an alarm. */
export type AlarmProperties = Metric & {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions?: unknown;
  readonly OKActions?: unknown;
  readonly TreatMissingData?: string;
  readonly Threshold: number;
  readonly ComparisonOperator: 'GreaterThanThreshold' | 'GreaterThanOrEqualToThreshold' | 'LessThanThreshold';
  readonly Metrics?: readonly {
    readonly Id: string;
    readonly Expression?: string;
    readonly MetricStat?: { readonly Metric: Metric };
  }[];
};

export const alarmsIn = (template: Template): readonly AlarmProperties[] =>
  // CloudFormation's own names for them.
  Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
    ({ Properties }) => Properties as AlarmProperties,
  );

/** The body of the one dashboard as JSON text, references by their names. */
export const dashboardIn = (template: Template): string => {
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  const { DashboardBody } = dashboard?.['Properties'] as {
    DashboardBody: { 'Fn::Join': [string, unknown[]] };
  };
  return DashboardBody['Fn::Join'][1]
    .map((part) => (typeof part === 'string' ? part : JSON.stringify(part).replace(/\W/g, '')))
    .join('');
};

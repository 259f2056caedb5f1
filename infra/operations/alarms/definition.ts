import type { ComparisonOperator, IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';

/** An alarm before it is one of AWS's. */
export type Definition = {
  /** What it means to viewers, in a sentence. */
  readonly says: string;
  readonly metric: IMetric;
  /** It goes off at this value. */
  readonly threshold: number;
  /** At or above the threshold, if it does not say otherwise. */
  readonly comparison?: ComparisonOperator;
  /** So many periods of the metric must be at the threshold, of so many; 1 of 1 by default. */
  readonly periods?: readonly [atLeast: number, of: number];
  /** Chosen for each: whether silence is good, bad, or says nothing. */
  readonly missing: TreatMissingData;
};
export type Definitions = Readonly<Record<string, Definition>>;

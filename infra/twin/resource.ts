/** A resource of the template after every intrinsic has been resolved: plain values only. */
export type Resource = {
  readonly logicalId: string;
  /** CloudFormation type, e.g. `AWS::Lambda::Function`. */
  readonly type: string;
  /** What `Ref` gives for it: a table's name, a function's name, a queue's URL, an API's id. */
  readonly ref: string;
  readonly properties: Readonly<Record<string, unknown>>;
};

/** The account and region that every ARN of the twin names. Neither exists. */
export const account = '000000000000';

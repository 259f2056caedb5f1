/** A CloudFormation template, as far as the twin reads it. */
export type Template = {
  readonly Parameters?: Readonly<Record<string, { Type: string; Default?: unknown }>>;
  readonly Mappings?: Readonly<Record<string, unknown>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { Value: unknown; Condition?: string }>>;
  readonly [section: string]: unknown;
};

/** What says how a deployment goes about it (`DependsOn`, `DeletionPolicy`, `Metadata` …) has no effect here. */
export type TemplateResource = {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
  readonly [attribute: string]: unknown;
};

import { Buffer } from 'node:buffer';
import { objectOf, stringOf } from '../json.ts';
import { badProperty, integerProperty, requiredText } from '../property.ts';
import { reportUnknownProperties, type Report } from '../report.ts';
import type { Resource } from '../resource.ts';
import { TwinError } from '../twinError.ts';

/** What the twin needs to know of one `AWS::Lambda::Function`. */
export type FunctionSettings = {
  readonly name: string;
  readonly arn: string;
  /** `file.export`, e.g. `index.handler`; the file part may hold folders. */
  readonly handler: string;
  /** Directory of the unzipped code asset. */
  readonly code: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** How many execution environments may exist at once; 0 means that every call is throttled. */
  readonly concurrency: number;
  /** Whether that number is the template's `ReservedConcurrentExecutions` or the twin's own. */
  readonly isReserved: boolean;
  readonly runtime: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly logGroup: string;
  readonly deadLetterArn?: string;
};

/**
 * Most execution environments of a function without `ReservedConcurrentExecutions`; AWS has 1,000 an account. One takes
 * about 8 MB, with AWS SDK clients loaded 18 MB (measured), so that this many stay below 1 GB.
 */
export const defaultConcurrency = 50;

/** Total size of a function's variables, names and values (Lambda quotas). */
const maxEnvironmentBytes = 4096;

const known = new Set([
  ...['Code', 'Handler', 'Runtime', 'Timeout', 'MemorySize', 'Environment', 'FunctionName', 'PackageType'],
  ...['ReservedConcurrentExecutions', 'DeadLetterConfig', 'LoggingConfig'],
  // Nothing to do for these on a laptop; Role is enforced elsewhere.
  ...['Description', 'Tags', 'Role', 'Architectures', 'RuntimeManagementConfig', 'KmsKeyArn'],
  ...['CodeSigningConfigArn', 'RecursiveLoop'],
]);

/** The ARN of a function of the twin. */
export const functionArn = (of: { region: string; account: string; name: string }): string =>
  `arn:aws:lambda:${of.region}:${of.account}:function:${of.name}`;

/**
 * Reads a function's properties. Throws TwinError for what cannot run here (a runtime other than Node.js, a container
 * image, a number out of range) and reports what is left aside.
 */
export const functionSettings = (
  resource: Resource,
  place: { region: string; account: string; code: string },
  report: Report,
): FunctionSettings => {
  const { properties, ref: name } = resource;
  const deadLetterArn = stringOf(objectOf(properties['DeadLetterConfig'])['TargetArn']);
  reportUnknownProperties(resource, known, report);
  return {
    name,
    arn: functionArn({ ...place, name }),
    handler: requiredText(resource, 'Handler'),
    code: place.code,
    runtime: nodeRuntime(resource),
    // Ranges: CreateFunction, Timeout and MemorySize.
    timeoutMs: 1000 * integerProperty(resource, 'Timeout', { default: 3, min: 1, max: 900 }),
    memoryMb: integerProperty(resource, 'MemorySize', { default: 128, min: 128, max: 10_240 }),
    concurrency: concurrency(resource, report),
    isReserved: properties['ReservedConcurrentExecutions'] !== undefined,
    variables: variables(resource, report),
    logGroup: stringOf(objectOf(properties['LoggingConfig'])['LogGroup']) ?? `/aws/lambda/${name}`,
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
  };
};

const nodeRuntime = ({ logicalId, properties }: Resource): string => {
  const runtime = stringOf(properties['Runtime']);
  if (properties['PackageType'] === 'Image') {
    throw new TwinError(
      'unsupported_runtime',
      `AWS::Lambda::Function ${logicalId} is a container image; the twin runs zipped Node.js functions only.`,
    );
  }
  if (runtime?.startsWith('nodejs') === true) return runtime;
  throw new TwinError(
    'unsupported_runtime',
    `AWS::Lambda::Function ${logicalId} wants runtime ${runtime ?? '(none)'}; the twin runs nodejs* only.`,
  );
};

const concurrency = (resource: Resource, report: Report): number => {
  const range = { default: defaultConcurrency, min: 0, max: 1000 };
  const limit = integerProperty(resource, 'ReservedConcurrentExecutions', range);
  if (limit === 0)
    report(`AWS::Lambda::Function ${resource.logicalId}: reserved concurrency 0 refuses every call.`);
  return limit;
};

const variables = (resource: Resource, report: Report): Record<string, string> => {
  const given = Object.entries(objectOf(objectOf(resource.properties['Environment'])['Variables']));
  const strings = given.map(([name, value]) => [name, variableText(resource, name, value)] as const);
  const bytes = strings.reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
  if (bytes > maxEnvironmentBytes) {
    report(
      `AWS::Lambda::Function ${resource.logicalId}: the variables take ${bytes} bytes, AWS allows ${maxEnvironmentBytes}.`,
    );
  }
  return Object.fromEntries(strings);
};

const variableText = (resource: Resource, name: string, value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const property = `Environment.Variables.${name}`;
  throw badProperty(resource, property, `must be a string, not ${JSON.stringify(value)}`);
};

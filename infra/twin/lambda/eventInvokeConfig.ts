import { objectOf, stringOf } from '../json.ts';
import { integerProperty } from '../property.ts';
import { reportUnknownProperties, type Report } from '../report.ts';
import type { Resource } from '../resource.ts';
import { functionNameOf } from './resourcePolicy.ts';

/** How one function's asynchronous events are tried and where they end (`AWS::Lambda::EventInvokeConfig`). */
export type EventInvokeConfig = {
  readonly maxRetries: number;
  readonly maxAgeMs: number;
  readonly onSuccess?: string;
  readonly onFailure?: string;
};

/** What holds without a configuration: two retries within six hours (Lambda guide, "Asynchronous invocation"). */
export const defaultEventInvokeConfig: EventInvokeConfig = { maxRetries: 2, maxAgeMs: 21_600_000 };

const known = new Set([
  ...['FunctionName', 'Qualifier', 'MaximumRetryAttempts', 'MaximumEventAgeInSeconds', 'DestinationConfig'],
]);

/** The configurations by function name. Throws TwinError for a number that AWS would refuse. */
export const readEventInvokeConfigs = (
  resources: readonly Resource[],
  report: Report,
): Map<string, EventInvokeConfig> =>
  new Map(
    resources.map((resource) => {
      reportUnknownProperties(resource, known, report);
      return [functionNameOf(stringOf(resource.properties['FunctionName']) ?? ''), configOf(resource)];
    }),
  );

const configOf = (resource: Resource): EventInvokeConfig => {
  const destinations = objectOf(resource.properties['DestinationConfig']);
  const onSuccess = stringOf(objectOf(destinations['OnSuccess'])['Destination']);
  const onFailure = stringOf(objectOf(destinations['OnFailure'])['Destination']);
  const ageRange = { default: 21_600, min: 60, max: 21_600 };
  return {
    maxRetries: integerProperty(resource, 'MaximumRetryAttempts', { default: 2, min: 0, max: 2 }),
    maxAgeMs: 1000 * integerProperty(resource, 'MaximumEventAgeInSeconds', ageRange),
    ...(onSuccess === undefined ? {} : { onSuccess }),
    ...(onFailure === undefined ? {} : { onFailure }),
  };
};

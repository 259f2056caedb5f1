import { badProperty, requiredText } from '../property.ts';
import type { Resource } from '../resource.ts';
import { TwinError } from '../twinError.ts';

/**
 * The resource of `type` whose `Ref` is `ref`, which `from` names in `property`.
 * @throws TwinError `broken_link` naming both ends.
 */
export const follow = (
  resources: readonly Resource[],
  from: Resource,
  property: string,
  type: string,
  ref: string,
): Resource => {
  const found = resources.find((resource) => resource.type === type && resource.ref === ref);
  if (found) return found;
  throw new TwinError(
    'broken_link',
    `${from.type} "${from.logicalId}": ${property} names the ${type} "${ref}", which the template does not have.`,
  );
};

const lambdaUri =
  /^arn:aws[\w-]*:apigateway:[\w-]+:lambda:path\/2015-03-31\/functions\/(arn:[^/${}]+)\/invocations$/;

/** The function's ARN out of an `IntegrationUri` or `AuthorizerUri`; stage variables in it are refused. */
export const functionArnOf = (resource: Resource, property: string): string => {
  const uri = requiredText(resource, property);
  const arn = lambdaUri.exec(uri)?.[1];
  if (arn === undefined) throw badProperty(resource, property, `must be a Lambda invocation URI, not ${uri}`);
  return arn;
};

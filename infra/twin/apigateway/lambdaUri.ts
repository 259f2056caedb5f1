import type { Resource } from '../resource.ts';
import { badProperty, requiredText } from './property.ts';

const form =
  /^arn:aws[\w-]*:apigateway:[\w-]+:lambda:path\/2015-03-31\/functions\/(arn:[^/${}]+)\/invocations$/;

/** The function's ARN out of an `IntegrationUri` or `AuthorizerUri`; stage variables in it are refused. */
export const functionArnOf = (resource: Resource, property: string): string => {
  const uri = requiredText(resource, property);
  const arn = form.exec(uri)?.[1];
  if (arn === undefined) throw badProperty(resource, property, `must be a Lambda invocation URI, not ${uri}`);
  return arn;
};

import type { Resource } from '../resource.ts';

/** Types whose mention of a function means that the function is called while the stack runs. */
const callers = new Set([
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::Cognito::UserPool',
  'AWS::IoT::TopicRule',
  'AWS::Lambda::EventSourceMapping',
]);

/** Every text inside a value that may be a function's name, and the name in every ARN of a function. */
const namesIn = (value: unknown): string[] => {
  if (typeof value === 'string')
    return [value, ...[...value.matchAll(/:function:([\w-]+)/g)].map(([, name = '']) => name)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(namesIn) : [];
};

/**
 * The functions that only a deployment calls: those that a custom resource names as its `ServiceToken`, and those that
 * such a function names in its environment, as the CDK's provider framework does. They may be written in any language,
 * since nothing here runs them.
 */
export const deploymentFunctions = (resources: readonly Resource[]): ReadonlySet<Resource> => {
  const functions = resources.filter(({ type }) => type === 'AWS::Lambda::Function');
  const calledLater = new Set(
    resources.filter(({ type }) => callers.has(type)).flatMap(({ properties }) => namesIn(properties)),
  );
  const found = new Set<Resource>();
  const add = (names: readonly string[]): void => {
    for (const each of functions) {
      if (!names.includes(each.ref) || calledLater.has(each.ref) || found.has(each)) continue;
      found.add(each);
      add(namesIn(each.properties['Environment']));
    }
  };
  add(resources.flatMap(({ properties }) => namesIn(properties['ServiceToken'])));
  return found;
};

import { isTrue } from '../json.ts';
import { badProperty, optionalText, requiredText } from '../property.ts';
import { notHonoured, type Report } from '../report.ts';
import type { Resource } from '../resource.ts';
import { readAuthorizer, type AuthorizerDefinition } from './authorizerDefinition.ts';
import { readIntegration, type IntegrationDefinition } from './integrationDefinition.ts';
import { follow } from './link.ts';
import { reportUnhonoured } from './unhonoured.ts';

export type RouteDefinition = {
  routeKey: string;
  /** Only `$connect` and `$disconnect` may do without. */
  integration: IntegrationDefinition | undefined;
  /** Whether the function's body goes back to the client. */
  returnsResponse: boolean;
  /** Only on `$connect`: messages carry no headers. */
  apiKeyRequired: boolean;
  /** Only on `$connect`. */
  authorizer: AuthorizerDefinition | undefined;
};

const honoured = [
  'RouteKey',
  'Target',
  'AuthorizationType',
  'AuthorizerId',
  'ApiKeyRequired',
  'RouteResponseSelectionExpression',
  'OperationName',
];

/** The routes of one API, by route key. */
export const readRoutes = (resources: readonly Resource[], report: Report): Map<string, RouteDefinition> => {
  const responses = readRouteResponses(resources, report);
  const routes = new Map<string, RouteDefinition>();
  for (const route of resources.filter(({ type }) => type === 'AWS::ApiGatewayV2::Route')) {
    const read = readRoute(route, resources, responses, report);
    if (routes.has(read.routeKey)) throw badProperty(route, 'RouteKey', `${read.routeKey} is there twice`);
    routes.set(read.routeKey, read);
  }
  return routes;
};

const readRoute = (
  route: Resource,
  resources: readonly Resource[],
  responses: ReadonlySet<string>,
  report: Report,
): RouteDefinition => {
  reportUnhonoured(route, honoured, report);
  const routeKey = requiredText(route, 'RouteKey');
  const apiKeyRequired = isTrue(route.properties['ApiKeyRequired']);
  if (apiKeyRequired && routeKey !== '$connect') report(notHonoured(route, 'ApiKeyRequired'));
  return {
    routeKey,
    integration: readTarget(route, routeKey, resources, report),
    returnsResponse: selectsResponse(route) && responses.has(route.ref),
    apiKeyRequired: apiKeyRequired && routeKey === '$connect',
    authorizer: readAuthorization(route, routeKey, resources, report),
  };
};

const readTarget = (
  route: Resource,
  routeKey: string,
  resources: readonly Resource[],
  report: Report,
): IntegrationDefinition | undefined => {
  const target = optionalText(route, 'Target');
  if (target === undefined && (routeKey === '$connect' || routeKey === '$disconnect')) return undefined;
  const id = /^integrations\/(.+)$/.exec(target ?? '')?.[1];
  if (id === undefined) throw badProperty(route, 'Target', 'must be integrations/{id}');
  return readIntegration(follow(resources, route, 'Target', 'AWS::ApiGatewayV2::Integration', id), report);
};

/** Authorization runs at `$connect` and nowhere else (API Gateway guide, "Control access to a WebSocket API"). */
const readAuthorization = (
  route: Resource,
  routeKey: string,
  resources: readonly Resource[],
  report: Report,
): AuthorizerDefinition | undefined => {
  const type = optionalText(route, 'AuthorizationType') ?? 'NONE';
  if (type === 'NONE') return undefined;
  if (type !== 'CUSTOM') throw badProperty(route, 'AuthorizationType', `must be NONE or CUSTOM, not ${type}`);
  if (routeKey !== '$connect') throw badProperty(route, 'AuthorizationType', 'CUSTOM is for $connect only');
  const id = requiredText(route, 'AuthorizerId');
  return readAuthorizer(
    follow(resources, route, 'AuthorizerId', 'AWS::ApiGatewayV2::Authorizer', id),
    report,
  );
};

const selectsResponse = (route: Resource): boolean => {
  const expression = optionalText(route, 'RouteResponseSelectionExpression');
  if (expression === undefined || expression === '$default') return expression !== undefined;
  throw badProperty(route, 'RouteResponseSelectionExpression', 'must be $default');
};

/** Refs of the routes that have a `$default` route response. */
const readRouteResponses = (resources: readonly Resource[], report: Report): Set<string> =>
  new Set(
    resources
      .filter(({ type }) => type === 'AWS::ApiGatewayV2::RouteResponse')
      .map((response) => {
        reportUnhonoured(response, ['RouteId', 'RouteResponseKey'], report);
        if (requiredText(response, 'RouteResponseKey') !== '$default')
          throw badProperty(response, 'RouteResponseKey', 'must be $default');
        const routeId = requiredText(response, 'RouteId');
        return follow(resources, response, 'RouteId', 'AWS::ApiGatewayV2::Route', routeId).ref;
      }),
  );

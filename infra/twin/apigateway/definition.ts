import { badProperty, optionalText, requiredText } from '../property.ts';
import { notHonoured, type Report } from '../report.ts';
import type { Resource } from '../resource.ts';
import { TwinError } from '../twinError.ts';
import { readApiKeys, type ApiKey } from './apiKeys.ts';
import { follow } from './link.ts';
import { readRoutes, type RouteDefinition } from './routeDefinition.ts';
import { parseRouteSelection, type RouteSelection } from './routeSelection.ts';
import { readStages, type StageDefinition } from './stageDefinition.ts';
import { reportUnhonoured } from './unhonoured.ts';

/** One WebSocket API of a template, its links followed and its expressions parsed. */
export type WebSocketApiDefinition = {
  apiId: string;
  logicalId: string;
  routeSelection: RouteSelection;
  /** Where `$connect` finds the API key, if its route asks for one. */
  apiKeySource: 'header' | 'authorizer';
  apiKeys: readonly ApiKey[];
  /** By route key. */
  routes: ReadonlyMap<string, RouteDefinition>;
  /** By stage name. */
  stages: ReadonlyMap<string, StageDefinition>;
};

const family = 'AWS::ApiGatewayV2::';
const parts = [
  'Api',
  'Stage',
  'Route',
  'RouteResponse',
  'Integration',
  'IntegrationResponse',
  'Authorizer',
  'Deployment',
].map((name) => `${family}${name}`);

/**
 * Reads the WebSocket APIs of a template from its resolved resources; other services' resources are passed over.
 * What the twin does not honour goes to `report`, a line each.
 * @throws TwinError for what it cannot run (HTTP APIs, integrations other than Lambda proxy, other ApiGatewayV2 types)
 * and for broken links.
 */
export const readWebSocketApis = (
  resources: readonly Resource[],
  report: Report,
): WebSocketApiDefinition[] => {
  const ours = resources.filter(({ type }) => type.startsWith(family));
  const once = onceEach(report);
  for (const resource of ours) refuseUnknown(resource);
  for (const resource of ours) checkApiLink(ours, resource);
  for (const resource of ours) reportUnused(resource, once);
  const apiKeys = readApiKeys(resources, once);
  return ours
    .filter(({ type }) => type === `${family}Api`)
    .map((api) => ({ ...readApi(api, ours, once), apiKeys }));
};

const readApi = (
  api: Resource,
  ours: readonly Resource[],
  report: Report,
): Omit<WebSocketApiDefinition, 'apiKeys'> => {
  const protocol = requiredText(api, 'ProtocolType');
  if (protocol !== 'WEBSOCKET') throw badProperty(api, 'ProtocolType', `must be WEBSOCKET, not ${protocol}`);
  const known = ['ProtocolType', 'RouteSelectionExpression', 'ApiKeySelectionExpression'];
  reportUnhonoured(api, known, report);
  const expression = requiredText(api, 'RouteSelectionExpression');
  const routeSelection = parseRouteSelection(expression);
  if (!routeSelection)
    throw badProperty(api, 'RouteSelectionExpression', `may only use $request.body, unlike ${expression}`);
  const own = ours.filter(({ properties }) => properties['ApiId'] === api.ref);
  const routes = readRoutes(own, report);
  return {
    apiId: api.ref,
    logicalId: api.logicalId,
    routeSelection,
    apiKeySource: readKeySource(api),
    routes,
    stages: readStages(own, report),
  };
};

/** "The API key selection expression" of the API Gateway guide knows these two. */
const readKeySource = (api: Resource): WebSocketApiDefinition['apiKeySource'] => {
  const expression = optionalText(api, 'ApiKeySelectionExpression') ?? '$request.header.x-api-key';
  if (expression === '$request.header.x-api-key') return 'header';
  if (expression === '$context.authorizer.usageIdentifierKey') return 'authorizer';
  throw badProperty(
    api,
    'ApiKeySelectionExpression',
    'must be $request.header.x-api-key or $context.authorizer.usageIdentifierKey',
  );
};

const refuseUnknown = ({ type, logicalId }: Resource): void => {
  if (parts.includes(type)) return;
  throw new TwinError(
    'unsupported_resource',
    `${type} "${logicalId}" cannot be run by the twin; leave it out.`,
  );
};

const checkApiLink = (ours: readonly Resource[], resource: Resource): void => {
  if (resource.type === `${family}Api`) return;
  follow(ours, resource, 'ApiId', `${family}Api`, requiredText(resource, 'ApiId'));
};

/** An integration that several routes share is read once for each of them. */
const onceEach = (report: Report): Report => {
  const seen = new Set<string>();
  return (line) => {
    if (!seen.has(line)) report(line);
    seen.add(line);
  };
};

/** Proxy integrations answer by the function's own return value, so integration responses have nothing to do. */
const reportUnused = (resource: Resource, report: Report): void => {
  if (resource.type === `${family}IntegrationResponse`) report(notHonoured(resource, 'the whole resource'));
};

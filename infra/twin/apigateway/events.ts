import type { ApiContext } from './apiContext.ts';
import type { ApiKey } from './apiKeys.ts';
import type { RequestMaps } from './requestMaps.ts';
import type { StageDefinition } from './stageDefinition.ts';

/** What an authorizer adds to every later event of the connection; its own values as strings. */
export type AuthorizerContext = Readonly<Record<string, string | number>>;

/** What stays the same through all events of one connection. */
export type ConnectionInfo = {
  connectionId: string;
  stage: StageDefinition;
  /** Epoch ms. */
  connectedAt: number;
  sourceIp: string;
  userAgent: string | undefined;
  /** The `Host` of the handshake. */
  host: string;
  authorizer?: AuthorizerContext;
  /** The key that the handshake was made with, if its route asked for one. */
  apiKey?: Pick<ApiKey, 'id' | 'value'>;
};

/** What differs from one event of a connection to the next. */
export type Occasion = {
  routeKey: string;
  eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT';
  requestId: string;
  messageId?: string;
  disconnectStatusCode?: number;
  disconnectReason?: string;
};

/**
 * Events of a WebSocket API in Lambda proxy form (API Gateway guide, "Set up integration request", and captured
 * events). Keys that have no value are absent, not null. Names say which `eventType` they are for.
 */
export const connectEvent = (
  api: ApiContext,
  info: ConnectionInfo,
  maps: RequestMaps,
  requestId: string,
): Record<string, unknown> => ({
  ...maps,
  ...stageVariables(info),
  requestContext: requestContext(api, info, { routeKey: '$connect', eventType: 'CONNECT', requestId }),
  isBase64Encoded: false,
});

/** The event of a REQUEST authorizer: no path, method or body, and nothing about authorization yet. */
export const authorizerEvent = (
  api: ApiContext,
  info: ConnectionInfo,
  maps: RequestMaps,
  requestId: string,
  methodArn: string,
): Record<string, unknown> => ({
  type: 'REQUEST',
  methodArn,
  ...maps,
  stageVariables: info.stage.variables,
  requestContext: requestContext(api, info, { routeKey: '$connect', eventType: 'CONNECT', requestId }),
});

/** The event of one message: neither headers nor query. `ids` are those of this message. */
export const messageEvent = (
  api: ApiContext,
  info: ConnectionInfo,
  routeKey: string,
  ids: { requestId: string; messageId: string },
  body: string,
): Record<string, unknown> => ({
  ...stageVariables(info),
  requestContext: requestContext(api, info, { routeKey, eventType: 'MESSAGE', ...ids }),
  body,
  isBase64Encoded: false,
});

/** The event of a closed connection; its headers are these four, mostly empty, as captured. */
export const disconnectEvent = (
  api: ApiContext,
  info: ConnectionInfo,
  requestId: string,
  disconnectStatusCode: number,
  disconnectReason: string,
): Record<string, unknown> => {
  const headers = { Host: info.host, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' };
  const occasion = { routeKey: '$disconnect', eventType: 'DISCONNECT', requestId } as const;
  return {
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    ...stageVariables(info),
    requestContext: requestContext(api, info, { ...occasion, disconnectStatusCode, disconnectReason }),
    isBase64Encoded: false,
  };
};

const stageVariables = ({ stage }: ConnectionInfo): { stageVariables?: Readonly<Record<string, string>> } =>
  Object.keys(stage.variables).length === 0 ? {} : { stageVariables: stage.variables };

/** The `requestContext` of an event, which is what access logs call `$context`, too. */
export const requestContext = (
  api: ApiContext,
  info: ConnectionInfo,
  occasion: Occasion,
): Record<string, unknown> => {
  const { routeKey, eventType, requestId, messageId, disconnectStatusCode, disconnectReason } = occasion;
  const now = Math.floor(api.clock.now());
  return {
    routeKey,
    ...(disconnectStatusCode === undefined ? {} : { disconnectStatusCode }),
    ...(info.authorizer ? { authorizer: info.authorizer } : {}),
    ...(messageId === undefined ? {} : { messageId }),
    eventType,
    extendedRequestId: requestId,
    requestTime: requestTime(now),
    messageDirection: 'IN',
    ...(disconnectReason === undefined ? {} : { disconnectReason }),
    stage: info.stage.name,
    connectedAt: info.connectedAt,
    requestTimeEpoch: now,
    identity: { ...identityOf(info), ...keyOf(info) },
    requestId,
    domainName: `${api.definition.apiId}.execute-api.${api.region}.amazonaws.com`,
    connectionId: info.connectionId,
    apiId: api.definition.apiId,
  };
};

/** Who is at the other end; a client that sent no `User-Agent` has none here. */
export const identityOf = ({
  sourceIp,
  userAgent,
}: ConnectionInfo): { userAgent?: string; sourceIp: string } =>
  userAgent === undefined ? { sourceIp } : { userAgent, sourceIp };

const keyOf = ({ apiKey }: ConnectionInfo): { apiKey?: string; apiKeyId?: string } =>
  apiKey === undefined ? {} : { apiKey: apiKey.value, apiKeyId: apiKey.id };

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Epoch ms in the log format of web servers: `09/Feb/2024:18:11:43 +0000`. */
export const requestTime = (ms: number): string => {
  const iso = new Date(ms).toISOString();
  const month = months[Number(iso.slice(5, 7)) - 1] ?? '';
  return `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
};

import { logAccess } from './accessLog.ts';
import type { ApiContext } from './apiContext.ts';
import type { Connection } from './connection.ts';
import { errorFrame, type ErrorMessage } from './errorFrame.ts';
import { messageEvent, type ConnectionInfo } from './events.ts';
import { callFunction, type IntegrationOutcome } from './integration.ts';
import { parseProxyResponse } from './proxyResponse.ts';
import { newRequestId } from './requestId.ts';
import type { RouteDefinition } from './routeDefinition.ts';
import { selectRoute } from './routeSelection.ts';

/**
 * Routes one message and sends the client what it is due: an error frame, the function's body if the route returns
 * responses, mostly nothing. Messages of one connection run concurrently, as on AWS; there is no order.
 */
export const handleMessage = async (api: ApiContext, connection: Connection, text: string): Promise<void> => {
  const { info } = connection;
  const ids = { requestId: newRequestId(), messageId: newRequestId() };
  const routeKey = selectRoute(api.definition.routeSelection, api.definition.routes, text);
  const answer = await answerTo(api, info, routeKey, ids, text);
  if ('error' in answer) connection.send(errorFrame(answer.error, info.connectionId, ids.requestId));
  else if (answer.body !== undefined) connection.send(answer.body);
  const ending =
    'error' in answer ? { status: statusOf[answer.error], ...answer } : { status: 200, ...answer };
  logAccess(api, info, { routeKey, eventType: 'MESSAGE', ...ids }, ending);
};

const answerTo = async (
  api: ApiContext,
  info: ConnectionInfo,
  routeKey: string | undefined,
  ids: { requestId: string; messageId: string },
  text: string,
): Promise<Answer> => {
  const route = routeKey === undefined ? undefined : api.definition.routes.get(routeKey);
  if (!route?.integration) return { error: 'Forbidden' };
  if (!api.mayPass(info.stage.name, route.routeKey)) return { error: 'Too Many Requests' };
  const event = messageEvent(api, info, route.routeKey, ids, text);
  const { functionArn, timeoutMs } = route.integration;
  const begun = api.clock.now();
  const source = `${info.stage.name}/${route.routeKey}`;
  const outcome = await callFunction(api, functionArn, event, source, timeoutMs);
  return { ...answerOf(api, route, outcome), integrationLatency: Math.round(api.clock.now() - begun) };
};

/** What an access log calls the status of a message that ended in an error frame (from memory). */
const statusOf: Readonly<Record<ErrorMessage, number>> = {
  Unauthorized: 401,
  Forbidden: 403,
  'Too Many Requests': 429,
  'Limit Exceeded': 429,
  'Internal server error': 500,
  'Endpoint request timed out': 504,
};

type Answer = ({ error: ErrorMessage } | { body: string | undefined }) & { integrationLatency?: number };

const internalError: Answer = { error: 'Internal server error' };

const answerOf = (api: ApiContext, route: RouteDefinition, outcome: IntegrationOutcome): Answer => {
  if (outcome.kind === 'timeout') return { error: 'Endpoint request timed out' };
  if (outcome.kind !== 'payload') return internalError;
  const response = parseProxyResponse(outcome.payload);
  if (typeof response === 'string') {
    api.report(`What the function of route ${route.routeKey} returned is malformed: ${response}`);
    return internalError;
  }
  if (!route.returnsResponse || response.body === undefined) return { body: undefined };
  if (Buffer.byteLength(response.body) <= api.limits.messageBytes) return { body: response.body };
  api.report(`The body that route ${route.routeKey} returned is larger than 128 KB`);
  return internalError;
};

import { logAccess, type Ending } from './accessLog.ts';
import type { ApiContext } from './apiContext.ts';
import type { Connection } from './connection.ts';
import { errorFrame, type ErrorMessage } from './errorFrame.ts';
import { messageEvent } from './events.ts';
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
  const requestId = newRequestId();
  const { connectionId, stage } = connection.info;
  const messageId = newRequestId();
  const routeKey = selectRoute(api.definition.routeSelection, api.definition.routes, text);
  const log = (ending: Ending): void =>
    logAccess(api, connection.info, { routeKey, eventType: 'MESSAGE', requestId, messageId }, ending);
  const fail = (message: ErrorMessage, integrationLatency?: number): void => {
    connection.send(errorFrame(message, connectionId, requestId));
    log({ status: statusOf[message], error: message, integrationLatency });
  };
  const route = routeKey === undefined ? undefined : api.definition.routes.get(routeKey);
  if (!route?.integration) return fail('Forbidden');
  if (!api.mayPass(stage.name, route.routeKey)) return fail('Too Many Requests');
  const event = messageEvent(api, connection.info, route.routeKey, { requestId, messageId }, text);
  const { functionArn, timeoutMs } = route.integration;
  const begun = api.clock.now();
  const outcome = await callFunction(api, functionArn, event, `${stage.name}/${route.routeKey}`, timeoutMs);
  const answer = answerOf(api, route, outcome);
  const latency = Math.round(api.clock.now() - begun);
  if ('error' in answer) return fail(answer.error, latency);
  if (answer.body !== undefined) connection.send(answer.body);
  log({ status: 200, integrationLatency: latency });
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

type Answer = { error: ErrorMessage } | { body: string | undefined };

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

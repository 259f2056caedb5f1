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
  const fail = (message: ErrorMessage) => connection.send(errorFrame(message, connectionId, requestId));
  const routeKey = selectRoute(api.definition.routeSelection, api.definition.routes, text);
  const route = routeKey === undefined ? undefined : api.definition.routes.get(routeKey);
  if (!route?.integration) return void fail('Forbidden');
  if (!api.mayPass(stage.name, route.routeKey)) return void fail('Too Many Requests');
  const event = messageEvent(
    api,
    connection.info,
    route.routeKey,
    { requestId, messageId: newRequestId() },
    text,
  );
  const { functionArn, timeoutMs } = route.integration;
  const outcome = await callFunction(api, functionArn, event, `${stage.name}/${route.routeKey}`, timeoutMs);
  const answer = answerOf(api, route, outcome);
  if ('error' in answer) fail(answer.error);
  else if (answer.body !== undefined) connection.send(answer.body);
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

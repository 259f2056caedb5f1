import { validateHeaderValue } from 'node:http';
import { logAccess } from './accessLog.ts';
import type { Refusal } from './admission.ts';
import type { ApiContext } from './apiContext.ts';
import { connectEvent, disconnectEvent, type ConnectionInfo } from './events.ts';
import { callFunction } from './integration.ts';
import { parseProxyResponse, type ProxyResponse } from './proxyResponse.ts';
import { newRequestId } from './requestId.ts';
import type { RequestMaps } from './requestMaps.ts';

/** The connection may open; `protocol` is the subprotocol to echo, if the function named one. */
export type Opening = { protocol: string | undefined };
/** The function answered a status of its own. */
export type Declined = { status: number };

/**
 * Invokes the `$connect` integration, if there is one: 2xx opens the connection, another status is the handshake's
 * status, a function that fails, times out or returns nonsense is 502. API Gateway that may not invoke it is 500.
 */
export const askConnectRoute = async (
  api: ApiContext,
  info: ConnectionInfo,
  maps: RequestMaps,
  requestId: string,
): Promise<Opening | Declined | Refusal> => {
  const integration = api.definition.routes.get('$connect')?.integration;
  if (!integration) return { protocol: undefined };
  const { functionArn, timeoutMs } = integration;
  const event = connectEvent(api, info, maps, requestId);
  const outcome = await callFunction(api, functionArn, event, `${info.stage.name}/$connect`, timeoutMs);
  if (outcome.kind === 'denied') return { status: 500, message: 'Internal server error' };
  if (outcome.kind !== 'payload') return { status: 502, message: 'Internal server error' };
  const response = parseProxyResponse(outcome.payload);
  const malformed = typeof response === 'string' ? response : protocolProblem(response);
  if (typeof response !== 'string' && malformed === undefined) return openingOf(response);
  api.report(`What ${functionArn} returned for $connect is malformed: ${malformed ?? ''}`);
  return { status: 502, message: 'Internal server error' };
};

const openingOf = ({ statusCode, headers }: ProxyResponse): Opening | Declined => {
  if (statusCode < 200 || statusCode > 299) return { status: statusCode };
  return { protocol: headers['sec-websocket-protocol'] };
};

/** A value with a line break in it would let the function write headers of its own. */
const protocolProblem = ({ headers }: ProxyResponse): string | undefined => {
  try {
    validateHeaderValue('Sec-WebSocket-Protocol', headers['sec-websocket-protocol'] ?? '');
    return undefined;
  } catch {
    return 'its Sec-WebSocket-Protocol is no header value';
  }
};

/** Tells the `$disconnect` integration, if there is one, that a connection is closed. Its result does not matter. */
export const tellDisconnect = async (
  api: ApiContext,
  info: ConnectionInfo,
  code: number,
  reason: string,
): Promise<void> => {
  const requestId = newRequestId();
  const occasion = { routeKey: '$disconnect', eventType: 'DISCONNECT', requestId } as const;
  if (api.stopped()) return;
  logAccess(
    api,
    info,
    { ...occasion, disconnectStatusCode: code, disconnectReason: reason },
    { status: 200 },
  );
  const integration = api.definition.routes.get('$disconnect')?.integration;
  if (!integration) return;
  const { functionArn, timeoutMs } = integration;
  if (api.faults.hit('disconnect.missing', functionArn.split(':').at(-1))) return;
  const event = disconnectEvent(api, info, requestId, code, reason);
  await callFunction(api, functionArn, event, `${info.stage.name}/$disconnect`, timeoutMs);
};

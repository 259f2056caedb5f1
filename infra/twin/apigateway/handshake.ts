import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { logAccess, type Ending } from './accessLog.ts';
import { askApiKey, askAuthorizer, type Refusal } from './admission.ts';
import type { ApiContext } from './apiContext.ts';
import { openConnection } from './connection.ts';
import { errorFrame } from './errorFrame.ts';
import type { ConnectionInfo } from './events.ts';
import { holdSocket, type HeldSocket } from './heldSocket.ts';
import { askConnectRoute, tellDisconnect, type Declined, type Opening } from './lifecycleRoutes.ts';
import { handleMessage } from './messages.ts';
import { newRequestId } from './requestId.ts';
import { requestMaps, sourceIpOf } from './requestMaps.ts';
import type { StageDefinition } from './stageDefinition.ts';
import { stageOf } from './stagePath.ts';
import { upgradeProblem } from './upgradeProblem.ts';

/** Answers 101, at once; undefined when the socket has died meanwhile. */
export type Upgrade = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  protocol: string | undefined,
) => WebSocket | undefined;

/**
 * One handshake from request to open connection or HTTP status: form, stage, throttle, authorizer, `$connect`. A
 * client that leaves half-way gets a `$disconnect` only if `$connect` had let it in.
 */
export const handshake =
  (api: ApiContext, upgrade: Upgrade) =>
  async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const held = holdSocket(socket, head, api.limits.frameBytes);
    const problem = upgradeProblem(request, api.limits);
    if (problem) {
      held.refuse(problem.status, problem.headers, '');
      return;
    }
    const requestId = newRequestId();
    const stage = stageOf(api, request.url ?? '');
    if (!stage) {
      refuse(held, { status: 403, message: 'Forbidden' }, newRequestId(), requestId);
      return;
    }
    const info = newConnection(api, stage, request);
    const decision = await decide(api, info, request, requestId, held);
    const log = (ending: Ending): void =>
      logAccess(
        api,
        'info' in decision ? decision.info : info,
        { routeKey: '$connect', eventType: 'CONNECT', requestId },
        ending,
      );
    if ('status' in decision)
      log({ ...decision, error: 'message' in decision ? decision.message : undefined });
    else log({ status: 200 });
    if (api.stopped()) socket.destroy();
    else if ('status' in decision) refuse(held, decision, info.connectionId, requestId);
    else if (held.gone()) await tellDisconnect(api, decision.info, 1006, '');
    else open(api, upgrade, request, socket, held.release(), decision);
  };

type Admitted = Opening & { info: ConnectionInfo };

const abandoned: Declined = { status: 499 };

const decide = async (
  api: ApiContext,
  info: ConnectionInfo,
  request: IncomingMessage,
  requestId: string,
  held: HeldSocket,
): Promise<Admitted | Declined | Refusal> => {
  if (!api.mayPass(info.stage.name, '$connect')) return { status: 429, message: 'Too Many Requests' };
  const maps = requestMaps(request);
  const authorizer = api.definition.routes.get('$connect')?.authorizer;
  const authorized = authorizer ? await askAuthorizer(api, authorizer, info, maps, requestId) : undefined;
  if (authorized && 'status' in authorized) return authorized;
  if (held.gone()) return abandoned;
  const apiKey = askApiKey(api, info.stage.name, maps, authorized);
  if (apiKey && 'status' in apiKey) return apiKey;
  const known = {
    ...info,
    ...(authorized ? { authorizer: authorized.context } : {}),
    ...(apiKey ? { apiKey } : {}),
  };
  const opening = await askConnectRoute(api, known, maps, requestId);
  return 'status' in opening ? opening : { ...opening, info: known };
};

const newConnection = (
  api: ApiContext,
  stage: StageDefinition,
  request: IncomingMessage,
): ConnectionInfo => ({
  connectionId: newRequestId(),
  stage,
  connectedAt: Math.floor(api.clock.now()),
  sourceIp: sourceIpOf(request),
  userAgent: request.headers['user-agent'],
  host: request.headers.host ?? '',
});

/** The body of a refusal of API Gateway's own is its error text; a status that the function chose has none. */
const refuse = (
  held: HeldSocket,
  refusal: Declined | Refusal,
  connectionId: string,
  requestId: string,
): void => {
  if (held.gone()) return;
  const body = 'message' in refusal ? errorFrame(refusal.message, connectionId, requestId) : '';
  held.refuse(refusal.status, { 'Content-Type': 'application/json', 'x-amzn-RequestId': requestId }, body);
};

const open = (
  api: ApiContext,
  upgrade: Upgrade,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  { info, protocol }: Admitted,
): void => {
  const ws = upgrade(request, socket, head, protocol);
  if (ws) admit(api, ws, socket, info);
  else void tellDisconnect(api, info, 1006, '');
};

const admit = (api: ApiContext, ws: WebSocket, socket: Duplex, info: ConnectionInfo): void => {
  const connection = openConnection(api, ws, socket, info, {
    onMessage: (text) => {
      if (!api.stopped()) void handleMessage(api, connection, text);
    },
    onClosed: (code, reason) => {
      api.connections.delete(info.connectionId);
      void tellDisconnect(api, info, code, reason);
    },
  });
  api.connections.set(info.connectionId, connection);
};

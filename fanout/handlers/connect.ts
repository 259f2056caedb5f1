import type { APIGatewayProxyResultV2, APIGatewayProxyWebsocketEventV2WithRequestContext } from 'aws-lambda';
import type { APIGatewayEventWebsocketRequestContextV2, APIGatewayProxyEventHeaders } from 'aws-lambda';
import * as z from 'zod/mini';
import { selectSubprotocol } from '../admission.ts';
import { authorizerContext } from '../aws/authorizerContext.ts';
import { environment } from '../aws/environment.ts';
import { connectionStores } from '../aws/fromEnvironment.ts';
import { pushClient, sdkIsOpen } from '../aws/push.ts';
import { hasRoom } from '../hasRoom.ts';

type ConnectEvent = APIGatewayProxyWebsocketEventV2WithRequestContext<
  APIGatewayEventWebsocketRequestContextV2 & { authorizer?: unknown }
> & { headers?: APIGatewayProxyEventHeaders };

const { CALLBACK_URL } = environment(z.object({ CALLBACK_URL: z.url() }));
const { connections, subscriptions } = connectionStores();
const roomFor = hasRoom({
  connections,
  subscriptions,
  isOpen: sdkIsOpen(pushClient({ endpoint: CALLBACK_URL })),
  now: Date.now,
});

/** `$connect`: selects the subprotocol and remembers who the authorizer let in, if that one has not too many already. */
export const handler = async ({
  headers,
  requestContext,
}: ConnectEvent): Promise<APIGatewayProxyResultV2> => {
  const offered = Object.entries(headers ?? {}).find(
    ([name]) => name.toLowerCase() === 'sec-websocket-protocol',
  );
  const selected = selectSubprotocol(offered?.[1]);
  if (selected === 'unknown') return { statusCode: 400 };
  const { principal, grants, expiresAt } = authorizerContext.read(requestContext.authorizer);
  if (!(await roomFor(principal))) return { statusCode: 429 };
  await connections.open({
    connectionId: requestContext.connectionId,
    principal,
    grants,
    tokenExpiresAt: expiresAt,
    connectedAt: requestContext.connectedAt,
  });
  return {
    statusCode: 200,
    ...(selected === 'none' ? {} : { headers: { 'Sec-WebSocket-Protocol': selected } }),
  };
};

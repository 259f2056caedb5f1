import type { APIGatewayProxyResultV2, APIGatewayProxyWebsocketEventV2WithRequestContext } from 'aws-lambda';
import type { APIGatewayEventWebsocketRequestContextV2, APIGatewayProxyEventHeaders } from 'aws-lambda';
import { selectSubprotocol } from '../admission.ts';
import { authorizerContext } from './authorizerContext.ts';
import { storesFromEnvironment } from './stores.ts';

type ConnectEvent = APIGatewayProxyWebsocketEventV2WithRequestContext<
  APIGatewayEventWebsocketRequestContextV2 & { authorizer?: unknown }
> & { headers?: APIGatewayProxyEventHeaders };

const { connections } = storesFromEnvironment();

/** `$connect`: remembers who the authorizer let in, and selects the subprotocol. */
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

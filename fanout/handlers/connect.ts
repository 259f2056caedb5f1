import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyResultV2, APIGatewayProxyWebsocketEventV2WithRequestContext } from 'aws-lambda';
import type { APIGatewayEventWebsocketRequestContextV2, APIGatewayProxyEventHeaders } from 'aws-lambda';
import { selectSubprotocol } from '../admission.ts';
import { authorizerContext } from '../aws/authorizerContext.ts';
import { edgeFromEnvironment } from '../aws/edgeFromEnvironment.ts';
import { connectionStores } from '../aws/fromEnvironment.ts';
import { handlerMetrics, published } from '../aws/metrics.ts';
import { hasRoom } from '../hasRoom.ts';

type ConnectEvent = APIGatewayProxyWebsocketEventV2WithRequestContext<
  APIGatewayEventWebsocketRequestContextV2 & { authorizer?: unknown }
> & { headers?: APIGatewayProxyEventHeaders };

const logger = new Logger({ serviceName: 'connect' });
const metrics = handlerMetrics('connect');
const { connections, subscriptions } = connectionStores();
const roomFor = hasRoom({
  connections,
  subscriptions,
  isOpen: edgeFromEnvironment().isOpen,
  now: Date.now,
});

const refuse = (reason: string, statusCode: number): APIGatewayProxyResultV2 => {
  metrics.measure('HandshakesRefused', 1, reason);
  logger.warn('handshake refused', { status: statusCode, reason });
  return { statusCode };
};

/** `$connect`: selects the subprotocol and remembers who the authorizer let in, if that one has not too many already. */
export const handler = published(
  metrics,
  async ({ headers, requestContext }: ConnectEvent): Promise<APIGatewayProxyResultV2> => {
    const offered = Object.entries(headers ?? {}).find(
      ([name]) => name.toLowerCase() === 'sec-websocket-protocol',
    );
    const selected = selectSubprotocol(offered?.[1]);
    if (selected === 'unknown') return refuse('unknown_subprotocol', 400);
    const { principal, grants, expiresAt } = authorizerContext.read(requestContext.authorizer);
    if (!(await roomFor(principal))) return refuse('too_many_connections', 429);
    await connections.open({
      connectionId: requestContext.connectionId,
      principal,
      grants,
      tokenExpiresAt: expiresAt,
      connectedAt: requestContext.connectedAt,
    });
    metrics.measure('ConnectionsOpened', 1);
    logger.debug('connection opened', { connectionId: requestContext.connectionId });
    return {
      statusCode: 200,
      ...(selected === 'none' ? {} : { headers: { 'Sec-WebSocket-Protocol': selected } }),
    };
  },
);

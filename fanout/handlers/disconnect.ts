import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyResultV2, APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { connectionStores } from '../aws/fromEnvironment.ts';
import { handlerMetrics, published } from '../aws/metrics.ts';
import { disconnect } from '../disconnect.ts';

const logger = new Logger({ serviceName: 'disconnect' });
const metrics = handlerMetrics('disconnect');
const forget = disconnect(connectionStores());

/** `$disconnect`: best effort on AWS's side, so 410 and TTL clean up what it misses. */
export const handler = published(
  metrics,
  async ({
    requestContext: { connectionId },
  }: APIGatewayProxyWebsocketEventV2): Promise<APIGatewayProxyResultV2> => {
    await forget(connectionId);
    metrics.measure('ConnectionsClosed', 1);
    logger.debug('connection closed', { connectionId });
    return { statusCode: 200 };
  },
);

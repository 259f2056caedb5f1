import type { APIGatewayProxyResultV2, APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { connectionStores } from '../aws/fromEnvironment.ts';
import { disconnect } from '../disconnect.ts';

const forget = disconnect(connectionStores());

/** `$disconnect`: best effort on AWS's side, so 410 and TTL clean up what it misses. */
export const handler = async ({
  requestContext,
}: APIGatewayProxyWebsocketEventV2): Promise<APIGatewayProxyResultV2> => {
  await forget(requestContext.connectionId);
  return { statusCode: 200 };
};

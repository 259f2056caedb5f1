import type { APIGatewayProxyResultV2, APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { answer } from '../answer.ts';
import { storesFromEnvironment } from './stores.ts';

const reply = answer({ ...storesFromEnvironment(), now: Date.now });

/** Every action and `$default`. The route has a route response, so the body returned is the frame the client gets. */
export const handler = async ({
  requestContext,
  body,
}: APIGatewayProxyWebsocketEventV2): Promise<APIGatewayProxyResultV2> => {
  const frame = await reply(requestContext.connectionId, body ?? '');
  return { statusCode: 200, body: JSON.stringify(frame) };
};

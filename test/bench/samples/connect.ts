import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { db, variable } from './environment.ts';

/** `$connect` has the query string, which the type of the other routes' event lacks. */
type ConnectEvent = APIGatewayProxyWebsocketEventV2 & { queryStringParameters?: Record<string, string> };

/** Who connects is written down, with the region that `?region=` names. */
export const handler = async ({ requestContext, queryStringParameters }: ConnectEvent) => {
  const { connectionId } = requestContext;
  const region = queryStringParameters?.['region'] ?? '';
  await db.send(new PutCommand({ TableName: variable('CONNECTIONS_TABLE'), Item: { connectionId, region } }));
  return { statusCode: 200 };
};

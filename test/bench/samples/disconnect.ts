import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { db, variable } from './environment.ts';

export const handler = async ({ requestContext: { connectionId } }: APIGatewayProxyWebsocketEventV2) => {
  await db.send(new DeleteCommand({ TableName: variable('CONNECTIONS_TABLE'), Key: { connectionId } }));
  return { statusCode: 200 };
};

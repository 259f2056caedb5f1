import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { dynamoConnections } from '../aws/connections.ts';
import { dynamoSubscriptions } from '../aws/subscriptions.ts';
import { environment } from './environment.ts';

const tableName = z.string().check(z.minLength(1));

/** The stores of a Lambda function, by its environment. One client, kept for the life of the execution environment. */
export const storesFromEnvironment = () => {
  const { CONNECTIONS_TABLE, SUBSCRIPTIONS_TABLE } = environment(
    z.object({ CONNECTIONS_TABLE: tableName, SUBSCRIPTIONS_TABLE: tableName }),
  );
  const db = DynamoDBDocumentClient.from(new DynamoDBClient());
  return {
    connections: dynamoConnections(db, CONNECTIONS_TABLE),
    subscriptions: dynamoSubscriptions(db, SUBSCRIPTIONS_TABLE),
  };
};

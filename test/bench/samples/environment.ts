import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** One client for the life of the execution environment. */
export const db = DynamoDBDocumentClient.from(new DynamoDBClient());

/** A variable of the function. Throws where the stack did not set it. */
export const variable = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`The function has no variable ${name}.`);
  return value;
};

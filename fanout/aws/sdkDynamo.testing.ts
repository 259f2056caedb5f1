import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Dynamo, Row, WriteRequest, Written } from './api/dynamo.ts';

const written = ({ Attributes }: { Attributes?: Row | undefined }): Written =>
  Attributes === undefined ? {} : { Attributes };

/** DynamoDB by the SDK: what ours is held against, and measured against. */
export const sdkDynamo = (client: DynamoDBClient): Dynamo => {
  const db = DynamoDBDocumentClient.from(client);
  return {
    get: async (input) => (await db.send(new GetCommand(input))).Item,
    put: async (input) => written(await db.send(new PutCommand(input as PutCommand['input']))), // Its fields are mutable.
    update: async (input) => written(await db.send(new UpdateCommand(input as UpdateCommand['input']))),
    delete: async (input) => written(await db.send(new DeleteCommand(input))),
    query: async function* (input) {
      for await (const { Items = [] } of paginateQuery({ client: db }, input)) yield Items;
    },
    batchGet: async (table, keys) => {
      const { Responses, UnprocessedKeys } = await db.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys: [...keys], ConsistentRead: true } } }),
      );
      return { rows: Responses?.[table] ?? [], left: UnprocessedKeys?.[table]?.Keys ?? [] };
    },
    batchWrite: async (table, requests) => {
      const { UnprocessedItems } = await db.send(
        new BatchWriteCommand({ RequestItems: { [table]: [...requests] } }),
      );
      return (UnprocessedItems?.[table] ?? []) as WriteRequest[]; // What was sent.
    },
  };
};

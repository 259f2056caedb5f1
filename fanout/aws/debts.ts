import { paginateQuery, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { limits } from '../limits.ts';
import type { Debts } from '../ports.ts';
import { batchWrite } from './batchWrite.ts';
import { ttlAt } from './ttl.ts';

/** A row of the Debts table. `until` is epoch ms: TTL alone would keep it for up to two days more. */
type Row = {
  readonly connectionId: string;
  readonly debt: string;
  readonly owedSince: number;
  readonly until: number;
  readonly expiresAt: number;
};

/** Debts in DynamoDB: one partition a connection. Most are empty: only what an edge was too busy for is here. */
export const dynamoDebts = (db: DynamoDBDocumentClient, table: string): Debts => {
  const write = batchWrite(db, table);
  return {
    owe: async (connectionIds, debt, since, now) => {
      const until = now + limits.debtMs;
      await write(
        connectionIds.map((connectionId) => {
          const row: Row = { connectionId, debt, owedSince: since, until, expiresAt: ttlAt(until) };
          return { PutRequest: { Item: row } };
        }),
      );
    },

    pay: (connectionIds, debt) =>
      write(connectionIds.map((connectionId) => ({ DeleteRequest: { Key: { connectionId, debt } } }))),

    since: async (connectionId, now) => {
      const pages = paginateQuery(
        { client: db },
        {
          TableName: table,
          KeyConditionExpression: 'connectionId = :connectionId',
          ExpressionAttributeValues: { ':connectionId': connectionId },
          ConsistentRead: true,
        },
      );
      let since: number | undefined;
      for await (const { Items = [] } of pages)
        // Only this module writes the table.
        for (const { owedSince, until } of Items as Row[])
          if (until > now) since = Math.min(since ?? Infinity, owedSince);
      return since;
    },
  };
};

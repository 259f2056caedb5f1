import { limits } from '../limits.ts';
import type { Debts } from '../ports.ts';
import type { Dynamo } from './api/dynamo.ts';
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

/**
 * The partition of what all are owed. No connection has this id: they end in `=`. Its rows are sorted by when they end, so
 * that those that have ended, which TTL keeps for days, are not read.
 */
const everybody = '*';

/** Of 13 digits until the year 2286. */
const ending = (until: number): string => String(Math.ceil(until));

const rowOf = (connectionId: string, debt: string, since: number, until: number): Row => ({
  connectionId,
  debt,
  owedSince: since,
  until,
  expiresAt: ttlAt(until),
});

/** Debts in DynamoDB: one partition a connection. Most are empty: only what an edge was too busy for is here. */
export const dynamoDebts = (db: Dynamo, table: string): Debts => {
  const write = batchWrite(db, table);

  const rowsOf = async (connectionId: string, after: string): Promise<Row[]> => {
    const pages = db.query({
      TableName: table,
      KeyConditionExpression: 'connectionId = :connectionId AND debt > :after',
      ExpressionAttributeValues: { ':connectionId': connectionId, ':after': after },
      ConsistentRead: true,
    });
    const rows: Row[] = [];
    for await (const page of pages) rows.push(...(page as Row[])); // Only this module writes the table.
    return rows;
  };

  return {
    owe: (connectionIds, debt, since, now) =>
      write(
        connectionIds.map((connectionId) => ({
          PutRequest: { Item: rowOf(connectionId, debt, since, now + limits.debtMs) },
        })),
      ),

    oweAll: (debt, since, until) =>
      write([{ PutRequest: { Item: rowOf(everybody, `${ending(until)}#${debt}`, since, until) } }]),

    pay: (connectionIds, debt) =>
      write(connectionIds.map((connectionId) => ({ DeleteRequest: { Key: { connectionId, debt } } }))),

    since: async (connectionId, now) => {
      const rows = await Promise.all([rowsOf(connectionId, ' '), rowsOf(everybody, ending(now))]);
      const owed = rows.flat().filter(({ until }) => until > now);
      return owed.length === 0 ? undefined : Math.min(...owed.map(({ owedSince }) => owedSince));
    },
  };
};

import { GetCommand, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { limits } from '../limits.ts';
import type { Debts } from '../ports.ts';
import { ttlAt } from './ttl.ts';
import { unlessConditionFails } from './unlessConditionFails.ts';

/** A row of the Debts table. `until` is epoch ms: TTL alone would keep it for up to two days more. */
type Row = { readonly principal: string; readonly owedSince: number; readonly until: number };

/** Debts in DynamoDB: one row a principal. */
export const dynamoDebts = (db: DynamoDBDocumentClient, table: string): Debts => {
  const update = (
    principal: string,
    expression: string,
    values: Record<string, number>,
    condition?: string,
  ) =>
    unlessConditionFails(
      db.send(
        new UpdateCommand({
          TableName: table,
          Key: { principal },
          UpdateExpression: expression,
          ExpressionAttributeNames: { '#until': 'until' },
          ExpressionAttributeValues: values,
          ...(condition === undefined ? {} : { ConditionExpression: condition }),
        }),
      ),
    );

  return {
    owe: async (principal, since, now) => {
      const until = now + limits.debtMs;
      const times = { ':until': until, ':expiresAt': ttlAt(until) };
      const isEarliest = await update(
        principal,
        'SET owedSince = :since, #until = :until, expiresAt = :expiresAt',
        { ...times, ':since': since, ':now': now },
        'attribute_not_exists(owedSince) OR #until <= :now OR owedSince >= :since',
      );
      if (isEarliest !== undefined) return;
      await update(principal, 'SET #until = :until, expiresAt = :expiresAt', times);
    },
    since: async (principal, now) => {
      const { Item } = await db.send(
        new GetCommand({ TableName: table, Key: { principal }, ConsistentRead: true }),
      );
      const row = Item as Row | undefined; // Only this module writes the table.
      return row !== undefined && row.until > now ? row.owedSince : undefined;
    },
  };
};

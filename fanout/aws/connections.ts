import type { Claim, Connection, Connections, Held, HeldSubscription } from '../ports.ts';
import { tokenMs, toleranceMs, waitMs } from '../tokenBucket.ts';
import type { Dynamo, Update } from './api/dynamo.ts';
import { entryOf, heldOf, newConnectionRow, type ConnectionRow } from './connectionRow.ts';
import { byPrincipal } from './keys.ts';
import { batchGet } from './batchGet.ts';
import { batchWrite } from './batchWrite.ts';
import { unlessConditionFails } from './unlessConditionFails.ts';

type Change = Pick<
  Update,
  | 'UpdateExpression'
  | 'ConditionExpression'
  | 'ExpressionAttributeNames'
  | 'ExpressionAttributeValues'
  | 'ReturnValues'
>;

/** Takes a token from a bucket that is full at `now`, so that what was earned beyond that is lost. */
const takeFromFull = (now: number): Change => ({
  UpdateExpression: 'SET tat = :next',
  ConditionExpression: 'tat <= :now',
  ExpressionAttributeValues: { ':now': now, ':next': now + tokenMs },
});

/** Takes a token from one that is not full at `now`, nor empty. */
const takeFromRest = (now: number): Change => ({
  UpdateExpression: 'SET tat = tat + :token',
  ConditionExpression: 'tat > :now AND tat <= :latest',
  ExpressionAttributeValues: { ':now': now, ':latest': now + toleranceMs, ':token': tokenMs },
});

const enter = (subscription: HeldSubscription, cap: number): Change => ({
  UpdateExpression: 'SET subscriptions.#id = :entry',
  ConditionExpression:
    'subscriptions.#id.#target = :target OR attribute_not_exists(subscriptions.#id) AND size(subscriptions) < :cap',
  ExpressionAttributeNames: { '#id': subscription.id, '#target': 'target' },
  ExpressionAttributeValues: {
    ':entry': entryOf(subscription),
    ':target': subscription.target,
    ':cap': cap,
  },
});

const takeOut = (id: string): Change => ({
  UpdateExpression: 'REMOVE subscriptions.#id',
  ConditionExpression: 'attribute_exists(connectionId)',
  ExpressionAttributeNames: { '#id': id },
  ReturnValues: 'ALL_OLD',
});

const renew = ({ grants, tokenExpiresAt }: Pick<Connection, 'grants' | 'tokenExpiresAt'>): Change => ({
  UpdateExpression: 'SET grants = :grants, tokenExpiresAt = :tokenExpiresAt',
  ConditionExpression: 'attribute_exists(connectionId)',
  ExpressionAttributeValues: { ':grants': grants, ':tokenExpiresAt': tokenExpiresAt },
});

/**
 * Whether a write was refused because the item would be larger than 400 KB, which fifty subscriptions with the longest
 * conditions of escaped characters can make of a connection.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
const isTooLarge = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === 'ValidationException' &&
  error.message.includes('exceeded the maximum allowed size');

/**
 * Connections in DynamoDB. The row holds its subscriptions in a map and its token bucket in a number, so that each cap
 * is the condition of one write.
 */
export const dynamoConnections = (db: Dynamo, table: string): Connections => {
  const read = async (connectionId: string): Promise<ConnectionRow | undefined> => {
    const row = await db.get({ TableName: table, Key: { connectionId }, ConsistentRead: true });
    return row as ConnectionRow | undefined; // Only this module writes the table.
  };

  /** The connection as it is then, or as `ReturnValues` says. Undefined if the condition does not hold. */
  const change = async (connectionId: string, by: Change): Promise<Held | undefined> => {
    const changed = await unlessConditionFails(
      db.update({ TableName: table, Key: { connectionId }, ReturnValues: 'ALL_NEW', ...by }),
    );
    return changed?.Attributes && heldOf(changed.Attributes);
  };

  const findAll = async (connectionIds: readonly string[]): Promise<Held[]> => {
    const keys = [...new Set(connectionIds)].map((connectionId) => ({ connectionId }));
    return (await batchGet(db, table)(keys)).map(heldOf);
  };

  const whyNot = async ({ connectionId, id }: HeldSubscription): Promise<Claim> => {
    const row = await read(connectionId);
    if (row === undefined) return { outcome: 'unknown' };
    return { outcome: Object.hasOwn(row.subscriptions, id) ? 'taken' : 'full' };
  };

  return {
    open: async (connection) => {
      await db.put({ TableName: table, Item: newConnectionRow(connection) });
    },

    // Of the two writes one holds if there is a token: between them `tat` can only have grown.
    admit: async (connectionId, now) => {
      const held =
        (await change(connectionId, takeFromFull(now))) ?? (await change(connectionId, takeFromRest(now)));
      if (held !== undefined) return { outcome: 'admitted', held };
      const row = await read(connectionId);
      if (row === undefined) return { outcome: 'unknown' };
      return { outcome: 'limited', retryAfterMs: Math.max(1, waitMs(row.tat, now)) };
    },

    claim: async (subscription, cap) => {
      try {
        const held = await change(subscription.connectionId, enter(subscription, cap));
        return held === undefined ? await whyNot(subscription) : { outcome: 'claimed' };
      } catch (error) {
        if (isTooLarge(error)) return { outcome: 'full' };
        throw error;
      }
    },

    release: async (connectionId, id) => {
      const before = await change(connectionId, takeOut(id));
      return before?.subscriptions.find((held) => held.id === id);
    },

    authenticate: (connectionId, token) => change(connectionId, renew(token)),

    find: async (connectionId) => {
      const row = await read(connectionId);
      return row && heldOf(row);
    },

    ofPrincipal: async (principal) => {
      const found: Pick<Connection, 'connectionId' | 'connectedAt'>[] = [];
      const pages = db.query({
        TableName: table,
        IndexName: byPrincipal.name,
        KeyConditionExpression: 'principal = :principal',
        ExpressionAttributeValues: { ':principal': principal },
        ProjectionExpression: 'connectionId, connectedAt',
      });
      for await (const rows of pages) found.push(...(rows as typeof found)); // As projected.
      return found;
    },

    findAll,

    deleteAll: (connectionIds) =>
      batchWrite(
        db,
        table,
      )(connectionIds.map((connectionId) => ({ DeleteRequest: { Key: { connectionId } } }))),

    close: async (connectionId) => {
      const { Attributes } = await db.delete({
        TableName: table,
        Key: { connectionId },
        ReturnValues: 'ALL_OLD',
      });
      return Attributes === undefined ? [] : heldOf(Attributes).subscriptions;
    },
  };
};

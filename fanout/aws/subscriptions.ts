import type { Subscription, SubscriptionKey, Subscriptions } from '../ports.ts';
import type { Dynamo } from './api/dynamo.ts';
import { batchWrite } from './batchWrite.ts';
import { ttlOf } from './ttl.ts';
import { wishOf, wishRowOf, type WishRow } from './wish.ts';

/** As the Subscriptions table has it. What its key says is not said again: all rows of a target are read for a reading, thousands of a popular one's. */
type Row = Pick<Subscription, 'target' | 'grants' | 'tokenExpiresAt' | 'connectedAt'> &
  WishRow & { readonly subscriber: string; readonly expiresAt: number };

/** A connectionId holds no `#`, so the first one separates. */
const subscriberOf = ({ connectionId, id }: SubscriptionKey): string => `${connectionId}#${id}`;

export const subscriptionRowOf = (subscription: Subscription): Row => {
  const { target, grants, tokenExpiresAt, connectedAt } = subscription;
  return {
    target,
    subscriber: subscriberOf(subscription),
    grants,
    tokenExpiresAt,
    connectedAt,
    ...wishRowOf(subscription),
    expiresAt: ttlOf(subscription),
  };
};

const subscriptionOf = (row: Row): Subscription => {
  const { target, subscriber, grants, tokenExpiresAt, connectedAt } = row;
  const end = subscriber.indexOf('#');
  const connectionId = subscriber.slice(0, end);
  const id = subscriber.slice(end + 1);
  return { target, connectionId, id, grants, tokenExpiresAt, connectedAt, ...wishOf(row) };
};

/** Subscriptions in DynamoDB: one partition a target, one row a subscription. */
export const dynamoSubscriptions = (db: Dynamo, table: string): Subscriptions => ({
  put: async (subscription) => {
    await db.put({ TableName: table, Item: subscriptionRowOf(subscription) });
  },

  delete: async (keys) => {
    const rows = new Map(keys.map((key) => [`${key.target} ${subscriberOf(key)}`, key])); // No key may come twice.
    await batchWrite(
      db,
      table,
    )(
      [...rows.values()].map((key) => ({
        DeleteRequest: { Key: { target: key.target, subscriber: subscriberOf(key) } },
      })),
    );
  },

  byTarget: async (target) => {
    const subscriptions: Subscription[] = [];
    const pages = db.query({
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: '#target = :target',
      ExpressionAttributeNames: { '#target': 'target' },
      ExpressionAttributeValues: { ':target': target },
    });
    for await (const rows of pages) subscriptions.push(...(rows as Row[]).map(subscriptionOf)); // Only this module writes the table.
    return subscriptions;
  },
});

import type { Subscription, SubscriptionKey, Subscriptions, Wish } from '../ports.ts';
import type { Dynamo } from './api/dynamo.ts';
import { batchWrite } from './batchWrite.ts';
import { ttlOf } from './ttl.ts';
import { wishOf, wishRowOf, type WishRow } from './wish.ts';

/** A row of the Subscriptions table. */
type Row = Omit<Subscription, keyof Wish> &
  WishRow & { readonly subscriber: string; readonly expiresAt: number };

/** A connectionId holds no `#`, so the first one separates. */
const subscriberOf = ({ connectionId, id }: SubscriptionKey): string => `${connectionId}#${id}`;

const rowOf = ({ where, maxRate, ...subscription }: Subscription): Row => ({
  ...subscription,
  ...wishRowOf({ where, maxRate }),
  subscriber: subscriberOf(subscription),
  expiresAt: ttlOf(subscription),
});

const subscriptionOf = ({
  subscriber: _,
  expiresAt: __,
  where,
  maxRate,
  ...subscription
}: Row): Subscription => ({
  ...subscription,
  ...wishOf({ where, maxRate }),
});

/** Subscriptions in DynamoDB: one partition a target, one row a subscription. */
export const dynamoSubscriptions = (db: Dynamo, table: string): Subscriptions => ({
  put: async (subscription) => {
    await db.put({ TableName: table, Item: rowOf(subscription) });
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

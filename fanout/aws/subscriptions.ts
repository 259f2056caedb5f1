import { DeleteCommand, paginateQuery, PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Subscription, SubscriptionKey, Subscriptions } from '../ports.ts';
import { ttlOf } from './ttl.ts';

/** A row of the Subscriptions table. */
type Row = Subscription & { readonly subscriber: string; readonly expiresAt: number };

const subscriptionOf = ({ subscriber: _, expiresAt: __, ...subscription }: Row): Subscription => subscription;

/** A connectionId holds no `#`, so the first one separates. */
const subscriberOf = ({ connectionId, id }: SubscriptionKey): string => `${connectionId}#${id}`;

/** Subscriptions in DynamoDB: one partition a target, one row a subscription. */
export const dynamoSubscriptions = (db: DynamoDBDocumentClient, table: string): Subscriptions => ({
  put: async (subscription) => {
    const row: Row = {
      ...subscription,
      subscriber: subscriberOf(subscription),
      expiresAt: ttlOf(subscription),
    };
    await db.send(new PutCommand({ TableName: table, Item: row }));
  },

  delete: async (keys) => {
    const deletion = (key: SubscriptionKey) =>
      db.send(
        new DeleteCommand({ TableName: table, Key: { target: key.target, subscriber: subscriberOf(key) } }),
      );
    await Promise.all(keys.map(deletion)); // At most `limits.subscriptions` of them.
  },

  byTarget: async (target) => {
    const subscriptions: Subscription[] = [];
    const pages = paginateQuery(
      { client: db },
      {
        TableName: table,
        KeyConditionExpression: '#target = :target',
        ExpressionAttributeNames: { '#target': 'target' },
        ExpressionAttributeValues: { ':target': target },
      },
    );
    for await (const { Items = [] } of pages) subscriptions.push(...(Items as Row[]).map(subscriptionOf));
    return subscriptions;
  },
});

/** The keys of the two tables, for the stack that creates them and for the stores that use them. */
export const connectionsKey = { partition: 'connectionId' } as const;
export const subscriptionsKey = { partition: 'target', sort: 'subscriber' } as const;

/** The attribute that DynamoDB's TTL watches: epoch seconds. */
export const ttlAttribute = 'expiresAt';

/** The keys of every table, for the stack that creates them and for the stores that use them. All are strings but where said. */
export const connectionsKey = { partition: 'connectionId' } as const;

/** The index of the Connections table by principal, the oldest first. `connectedAt` is a number. */
export const byPrincipal = { name: 'byPrincipal', partition: 'principal', sort: 'connectedAt' } as const;

export const subscriptionsKey = { partition: 'target', sort: 'subscriber' } as const;
export const devicesKey = { partition: 'deviceId' } as const;

/** Which devices are, or once were, of a region or a type: a table, as an index is never read strongly. */
export const membersKey = { partition: 'target', sort: 'deviceId' } as const;

export const readingsKey = { partition: 'deviceId', sort: 'position' } as const;
export const debtsKey = { partition: 'connectionId', sort: 'debt' } as const;
export const pacesKey = { partition: 'connectionId', sort: 'deviceId' } as const;

/** The attribute that DynamoDB's TTL watches: epoch seconds. */
export const ttlAttribute = 'expiresAt';

import { waitingSince, type Pace } from '../pace.ts';
import type { PaceKey, Paces } from '../ports.ts';
import type { Dynamo } from './api/dynamo.ts';
import { ttlAt } from './ttl.ts';
import { unlessConditionFails } from './unlessConditionFails.ts';

/** Longer than a connection lives. */
const ttlMs = 3 * 60 * 60 * 1000;

/** A row of the Paces table: the pace as JSON. */
type Row = PaceKey & {
  readonly pace: string;
  readonly version: number;
  readonly expiresAt: number;
  /** See {@link waitingSince}. */
  readonly waiting?: number;
};

/** That the row is still of this version, or still not there. */
const still = (version: number | undefined) =>
  version === undefined
    ? { ConditionExpression: 'attribute_not_exists(connectionId)' }
    : { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': version } };

/** Paces in DynamoDB: one partition a connection. `now` is epoch ms, for the table's TTL. */
export const dynamoPaces = (db: Dynamo, table: string, now: () => number): Paces => ({
  find: async ({ connectionId, deviceId }) => {
    const row = await db.get({ TableName: table, Key: { connectionId, deviceId }, ConsistentRead: true });
    if (row === undefined) return undefined;
    const { pace, version } = row as Row; // Only this module writes the table.
    return { pace: JSON.parse(pace) as Pace, version };
  },

  write: async ({ connectionId, deviceId }, pace, version) => {
    const waiting = waitingSince(pace);
    const row: Row = {
      connectionId,
      deviceId,
      pace: JSON.stringify(pace),
      ...(waiting === undefined ? {} : { waiting }),
      version: (version ?? 0) + 1,
      expiresAt: ttlAt(now() + ttlMs),
    };
    const write = db.put({ TableName: table, Item: row, ...still(version) });
    return (await unlessConditionFails(write)) !== undefined;
  },

  waitingSince: async (connectionId) => {
    const pages = db.query({
      TableName: table,
      KeyConditionExpression: 'connectionId = :connectionId',
      FilterExpression: 'attribute_exists(waiting)',
      ProjectionExpression: 'waiting',
      ExpressionAttributeValues: { ':connectionId': connectionId },
      ConsistentRead: true,
    });
    let since: number | undefined;
    for await (const rows of pages)
      for (const { waiting } of rows as Required<Row>[]) since = Math.min(since ?? Infinity, waiting);
    return since;
  },
});

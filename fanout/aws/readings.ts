import { positionOf, positionsBetween } from '../position.ts';
import type { Readings, Recorded } from '../ports.ts';
import type { Reading } from '../reading.ts';
import type { Dynamo } from './api/dynamo.ts';
import { batchWrite } from './batchWrite.ts';
import { ttlAt } from './ttl.ts';

/** A row of the Readings table: the reading as JSON. */
type Row = {
  readonly deviceId: string;
  readonly position: string;
  readonly recordedAt: number;
  readonly reading: string;
  readonly expiresAt: number;
};

const recordedOf = ({ reading, recordedAt, position }: Row): Recorded => ({
  reading: JSON.parse(reading) as Reading,
  recordedAt,
  position,
});

const rowOf = (reading: Reading, recordedAt: number, retentionMs: number): Row => ({
  deviceId: reading.deviceId,
  position: positionOf(reading, recordedAt),
  recordedAt,
  reading: JSON.stringify(reading),
  expiresAt: ttlAt(recordedAt + retentionMs),
});

/**
 * The history in DynamoDB: one partition a device. The table's TTL deletes at some time after `retentionMs`, so until
 * then readings are found that should be gone, by who asks for them.
 */
export const dynamoReadings = (db: Dynamo, table: string, retentionMs: number): Readings => ({
  retentionMs,

  record: async (readings, recordedAt) => {
    const rows = readings.map((reading) => rowOf(reading, recordedAt, retentionMs));
    const [only, ...others] = rows;
    // One by itself is quicker so: a batch is a request of another kind, with an answer that must be looked into.
    if (only !== undefined && others.length === 0) await db.put({ TableName: table, Item: only });
    else await batchWrite(db, table)(rows.map((Item) => ({ PutRequest: { Item } })));
  },

  of: async (deviceId, { limit, ...range }) => {
    const [least, greatest] = positionsBetween(range);
    if (least > greatest) return []; // BETWEEN refuses it.
    const rows: Row[] = [];
    const pages = db.query({
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'deviceId = :deviceId AND #position BETWEEN :least AND :greatest',
      ExpressionAttributeNames: { '#position': 'position' },
      ExpressionAttributeValues: { ':deviceId': deviceId, ':least': least, ':greatest': greatest },
      Limit: limit,
    });
    for await (const page of pages) {
      rows.push(...(page as Row[])); // Only this module writes the table.
      if (rows.length >= limit) break;
    }
    return rows.slice(0, limit).map(recordedOf);
  },
});

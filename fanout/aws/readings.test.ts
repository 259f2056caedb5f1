import { describe, expect, it } from 'vitest';
import { aReading } from '../factories.ts';
import { describeReadings, retentionMs } from '../readings.contract.ts';
import { dynaliteForTests } from './dynalite.testing.ts';
import { readingsKey } from './keys.ts';
import { dynamoReadings } from './readings.ts';

describe('readings in DynamoDB (dynalite)', () => {
  const dynalite = dynaliteForTests();
  const createTable = () => dynalite.createTable(readingsKey);

  describeReadings(async () => dynamoReadings(dynalite.db, await createTable(), retentionMs));

  it('end when they have been kept for so long', async () => {
    const table = await createTable();
    await dynamoReadings(dynalite.db, table, 60_000).record([aReading()], 1_000_001);
    const rows = dynalite.db.query({
      TableName: table,
      KeyConditionExpression: 'deviceId = :id',
      ExpressionAttributeValues: { ':id': 'kettle-1' },
    });
    for await (const page of rows) expect(page).toMatchObject([{ expiresAt: 1_061 }]);
    expect.assertions(1);
  });
});

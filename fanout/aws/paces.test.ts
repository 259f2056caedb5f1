import { describe, expect, it } from 'vitest';
import { describePaces } from '../paces.contract.ts';
import { dynaliteForTests } from './dynalite.testing.ts';
import { pacesKey } from './keys.ts';
import { dynamoPaces } from './paces.ts';

describe('paces in DynamoDB (dynalite)', () => {
  const dynalite = dynaliteForTests();
  const createTable = () => dynalite.createTable(pacesKey);

  describePaces(async () => dynamoPaces(dynalite.db, await createTable(), Date.now));

  it('end three hours after they were last written', async () => {
    const table = await createTable();
    const key = { connectionId: 'c=', deviceId: 'd' };
    const pace = { nextAt: 0, matched: 0, updates: 0 };
    let now = 1_000_000;
    const paces = dynamoPaces(dynalite.db, table, () => now);
    await paces.write(key, pace, undefined);
    now += 60_000;
    await paces.write(key, pace, (await paces.find(key))?.version);
    const row = await dynalite.db.get({ TableName: table, Key: key });
    expect(row?.['expiresAt']).toBe(1_060 + 3 * 3_600);
  });
});

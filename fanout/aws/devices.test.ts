import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeDevices } from '../devices.contract.ts';
import { aReading } from '../factories.ts';
import { memoryDevices } from '../memory/devices.ts';
import { dynamoDevices } from './devices.ts';
import type { Dynamo } from './api/dynamo.ts';
import { dynaliteForTests } from './dynalite.testing.ts';
import { devicesKey, membersKey } from './keys.ts';

const dayMs = 24 * 60 * 60 * 1000;
const now = 1_763_690_000_000;

/** What can happen to one device, from few values, so that they meet. */
const stamp = fc.nat({ max: 3 });
const optionalStamp = fc.option(stamp, { nil: undefined });
const reading = fc
  .record({
    ts: stamp,
    receivedAt: stamp,
    boot: optionalStamp,
    seq: optionalStamp,
    region: fc.constantFrom('a', 'b'),
    data: fc.record({ n: stamp }),
  })
  .map(({ boot, seq, ...stamps }) => {
    const { boot: _, seq: __, ...uncounted } = aReading(stamps);
    return { ...uncounted, ...(boot === undefined ? {} : { boot }), ...(seq === undefined ? {} : { seq }) };
  });
const happening = fc.oneof(
  fc.record({ reading, recordedAt: stamp, own: fc.boolean() }),
  fc.record({ online: fc.boolean(), at: stamp }),
);

describe('devices in DynamoDB (dynalite)', () => {
  const dynalite = dynaliteForTests();
  const createTables = async () => ({
    devices: await dynalite.createTable(devicesKey),
    members: await dynalite.createTable(membersKey),
  });
  const rowOf = (table: string, key: Record<string, string>) =>
    dynalite.db.get({ TableName: table, Key: key });

  describeDevices(async () => dynamoDevices(dynalite.db, await createTables()));

  it('come to the same as in memory, whatever happens', async () => {
    const onDynamo = dynamoDevices(dynalite.db, await createTables());
    let n = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 8 }), async (happenings) => {
        const inMemory = memoryDevices();
        const deviceId = `d-${(n += 1)}`;
        for (const what of happenings) {
          const [expected, actual] = await Promise.all(
            [inMemory, onDynamo].map(async (devices) => {
              if (!('reading' in what)) return devices.presence(deviceId, what);
              await devices.see({ ...what.reading, deviceId }, what);
              return devices.get([deviceId]);
            }),
          );
          expect(actual).toEqual(expected);
        }
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });

  it('end thirty days after the last reading of them', async () => {
    const tables = await createTables();
    const devices = dynamoDevices(dynalite.db, tables);
    await devices.see(aReading(), { recordedAt: now, own: true });
    await devices.see(aReading({ seq: 1 }), { recordedAt: now + dayMs, own: true });
    const expiresAt = (now + 31 * dayMs) / 1000;
    expect(await rowOf(tables.devices, { deviceId: 'kettle-1' })).toMatchObject({ expiresAt });
    for (const target of ['region#eu-west', 'type#kettle'])
      expect(await rowOf(tables.members, { target, deviceId: 'kettle-1' })).toMatchObject({ expiresAt });
  });

  it('end an hour after they came, if they never send a reading', async () => {
    const tables = await createTables();
    const devices = dynamoDevices(dynalite.db, tables);
    await devices.presence('kettle-1', { online: true, at: now });
    const expiresAt = (now + dayMs / 24) / 1000;
    expect(await rowOf(tables.devices, { deviceId: 'kettle-1' })).toMatchObject({ expiresAt });
  });

  it('do not end sooner because they disconnect', async () => {
    const tables = await createTables();
    const devices = dynamoDevices(dynalite.db, tables);
    await devices.see(aReading(), { recordedAt: now, own: true });
    await devices.presence('kettle-1', { online: false, at: now + dayMs });
    const expiresAt = (now + 30 * dayMs) / 1000;
    expect(await rowOf(tables.devices, { deviceId: 'kettle-1' })).toMatchObject({ expiresAt });
  });

  it('are entered into their region and type once a day', async () => {
    const tables = await createTables();
    const devices = dynamoDevices(dynalite.db, tables);
    const key = { target: 'region#eu-west', deviceId: 'kettle-1' };
    await devices.see(aReading(), { recordedAt: now, own: true });
    await devices.see(aReading({ seq: 43 }), { recordedAt: now + dayMs - 1, own: true });
    expect(await rowOf(tables.members, key)).toMatchObject({ expiresAt: (now + 30 * dayMs) / 1000 });
  });

  it('have no row for themselves among the members', async () => {
    const tables = await createTables();
    await dynamoDevices(dynalite.db, tables).see(aReading(), { recordedAt: now, own: true });
    expect(await rowOf(tables.members, { target: 'device#kettle-1', deviceId: 'kettle-1' })).toBeUndefined();
  });
});

describe('devices of which DynamoDB leaves some unprocessed', () => {
  const dynalite = dynaliteForTests();

  /** Lets only the first `most` keys of a batch through, and tells how many each batch asked for. */
  const throttled = (most: number) => {
    const batches: number[] = [];
    const db: Dynamo = {
      ...dynalite.db,
      batchGet: async (table, keys) => {
        batches.push(keys.length);
        const { rows } = await dynalite.db.batchGet(table, keys.slice(0, most));
        return { rows, left: keys.slice(most) };
      },
    };
    return { db, batches };
  };

  it('are asked for again until all have come', async () => {
    const tables = {
      devices: await dynalite.createTable(devicesKey),
      members: await dynalite.createTable(membersKey),
    };
    const { db, batches } = throttled(3);
    const devices = dynamoDevices(db, tables);
    const ids = Array.from({ length: 7 }, (_, n) => `d-${n}`);
    for (const deviceId of ids) await devices.see(aReading({ deviceId }), { recordedAt: now, own: false });
    const found = await devices.get(ids);
    expect(found.map(({ deviceId }) => deviceId).sort()).toEqual(ids);
    expect(batches).toEqual([7, 4, 1]);
  });
});

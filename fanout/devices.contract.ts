import { beforeEach, describe, expect, it } from 'vitest';
import { aReading } from './factories.ts';
import type { Devices } from './ports.ts';

const { deviceId, receivedAt } = aReading();
const recordedAt = receivedAt + 20;
const known = (latest = aReading()) => ({
  deviceId: latest.deviceId,
  region: latest.region,
  deviceType: latest.deviceType,
  latest,
  recordedAt,
});

/** What every implementation of {@link Devices} promises. `make` gives an empty one. */
export const describeDevices = (make: () => Promise<Devices>): void => {
  let devices: Devices;
  const get = async () => (await devices.get([deviceId]))[0];
  const see = (reading = aReading(), over: { recordedAt?: number; own?: boolean } = {}) =>
    devices.see(reading, { recordedAt, own: false, ...over });

  beforeEach(async () => {
    devices = await make();
  });

  describe('the newest reading', () => {
    it('is kept, and with it where the device is and what it is', async () => {
      await see();
      expect(await get()).toEqual(known());
    });

    it('brings the device to another region and makes it of no type', async () => {
      await see();
      const { deviceType: _, ...moved } = aReading({ seq: 43, region: 'us-east' });
      await see(moved);
      const device = await get();
      expect(device).toMatchObject({ region: 'us-east', latest: moved });
      expect(device).not.toHaveProperty('deviceType');
    });

    it.each([
      ['of a later count', { seq: 43, ts: 0 }, true],
      ['of an earlier count', { seq: 41, ts: 2e12 }, false],
      ['of the same count', { ts: 2e12, receivedAt: 2e12 }, false],
      ['of a later boot, counting from the start', { boot: 4, seq: 0, ts: 0 }, true],
      ['of an earlier boot', { boot: 2, seq: 99, ts: 2e12 }, false],
    ])('is one that comes %s: %j, %s', async (_, over, kept) => {
      const [first, second] = [aReading(), aReading(over)];
      await see(first);
      await see(second);
      expect((await get())?.latest).toEqual(kept ? second : first);
    });

    it('is told by the device’s clock where one of two does not count, and by arrival where that is the same', async () => {
      const { boot: _, seq: __, ...uncounted } = aReading();
      await see();
      await see({ ...uncounted, ts: uncounted.ts - 1, receivedAt: 2e12 });
      expect((await get())?.latest).toEqual(aReading());
      await see({ ...uncounted, receivedAt: receivedAt + 1 });
      expect((await get())?.latest).toEqual({ ...uncounted, receivedAt: receivedAt + 1 });
    });

    it('stays the first of two that nothing tells apart', async () => {
      const { boot: _, seq: __, ...uncounted } = aReading();
      await see(uncounted);
      await see({ ...uncounted, data: { temperature: 0 } });
      expect((await get())?.latest).toEqual(uncounted);
    });

    it('is kept whole, whatever it says', async () => {
      const data = {
        '': null,
        a: [1, { b: '\ud800' }],
        constructor: 1,
        tiny: 1e-300,
        text: '"\\',
        no: false,
      };
      await see(aReading({ data }));
      expect((await get())?.latest.data).toEqual(data);
    });

    it('wins when many come at once', async () => {
      const seqs = Array.from({ length: 8 }, (_, n) => n);
      await Promise.all(seqs.map((seq) => see(aReading({ seq, boot: 9 }), { recordedAt: 1_000 - seq })));
      expect(await get()).toMatchObject({ latest: { seq: 7 }, recordedAt: 1_000 });
    });
  });

  describe('the time of the last recording', () => {
    it('is that of a late reading too', async () => {
      await see();
      await see(aReading({ seq: 41 }), { recordedAt: recordedAt + 5 });
      expect(await get()).toEqual({ ...known(), recordedAt: recordedAt + 5 });
    });

    it('is not that of the newest reading if another was recorded after it', async () => {
      await see();
      const newer = aReading({ seq: 43 });
      await see(newer, { recordedAt: recordedAt - 5 });
      expect(await get()).toEqual(known(newer));
    });
  });

  describe('a device that is asked for', () => {
    it('comes once, however often it is named', async () => {
      await see();
      expect(await devices.get([deviceId, 'unknown', deviceId])).toEqual([known()]);
    });

    it('comes among hundreds', async () => {
      const ids = Array.from({ length: 120 }, (_, n) => `d-${n}`);
      await Promise.all(ids.map((id) => see(aReading({ deviceId: id }))));
      const found = await devices.get([...ids, 'unknown']);
      expect(found.map((device) => device.deviceId).sort()).toEqual([...ids].sort());
    });

    it('does not come where nobody asks', async () => {
      expect(await devices.get([])).toEqual([]);
    });
  });

  describe('the devices of a target', () => {
    it('are those of its region or type, sorted', async () => {
      for (const id of ['b', 'a', 'B', 'a-1']) await see(aReading({ deviceId: id }));
      await see(aReading({ deviceId: 'c', region: 'eu-west-1', deviceType: 'pump' }));
      expect(await devices.inTarget({ region: 'eu-west' })).toEqual(['B', 'a', 'a-1', 'b']);
      expect(await devices.inTarget({ type: 'pump' })).toEqual(['c']);
      expect(await devices.inTarget({ region: 'kettle' })).toEqual([]);
    });

    it('are the device itself, known or not', async () => {
      expect(await devices.inTarget({ device: 'never-seen' })).toEqual(['never-seen']);
    });

    it('are also those of a late reading, as it was of another region then', async () => {
      await see();
      await see(aReading({ seq: 1, region: 'us-east' }));
      expect(await devices.inTarget({ region: 'us-east' })).toEqual([deviceId]);
      expect(await get()).toEqual(known());
    });
  });

  describe('presence', () => {
    const at = receivedAt + 1_000;

    it('is unknown of a device that sends through another’s connection', async () => {
      await see();
      expect(await get()).not.toHaveProperty('online');
    });

    it('is online since the first reading over the device’s own connection', async () => {
      await see(aReading(), { own: true });
      await see(aReading({ seq: 43, receivedAt: at }), { own: true });
      expect(await get()).toMatchObject({ online: true, onlineAt: receivedAt });
    });

    it('is online since a late reading, if that is the first over the device’s own connection', async () => {
      await see();
      await see(aReading({ seq: 1 }), { own: true });
      expect(await get()).toEqual({ ...known(), online: true, onlineAt: receivedAt });
    });

    it('is not changed by a reading that was on its way when the device went', async () => {
      await devices.presence(deviceId, { online: false, at });
      await see(aReading({ receivedAt: at + 1 }), { own: true });
      expect(await get()).toMatchObject({ online: false, onlineAt: at });
    });

    it('gives the device when it changes, and not when it is told again', async () => {
      await see();
      const online = { ...known(), online: true, onlineAt: at };
      expect(await devices.presence(deviceId, { online: true, at })).toEqual(online);
      expect(await devices.presence(deviceId, { online: true, at })).toBeUndefined();
      expect(await devices.presence(deviceId, { online: true, at: at + 1 })).toBeUndefined();
      const offline = { ...known(), online: false, onlineAt: at + 2 };
      expect(await devices.presence(deviceId, { online: false, at: at + 2 })).toEqual(offline);
      expect(await get()).toEqual(offline);
    });

    it('is what happened last, in whatever order it is heard of', async () => {
      await see();
      await devices.presence(deviceId, { online: true, at: at + 1 });
      expect(await devices.presence(deviceId, { online: false, at })).toBeUndefined();
      expect(await get()).toMatchObject({ online: true, onlineAt: at + 1 });
    });

    it.each([[[true, false]], [[false, true]]])(
      'is online when one connection takes over from another in one instant, heard of as %j',
      async (heard) => {
        await see();
        for (const online of heard) await devices.presence(deviceId, { online, at });
        expect(await get()).toMatchObject({ online: true, onlineAt: at });
      },
    );

    it('makes no device of one that never sent a reading, and is remembered for when it does', async () => {
      expect(await devices.presence(deviceId, { online: true, at })).toBeUndefined();
      expect(await get()).toBeUndefined();
      await see();
      expect(await get()).toEqual({ ...known(), online: true, onlineAt: at });
    });
  });
};

import { beforeEach, expect, it } from 'vitest';
import { aReading } from './factories.ts';
import type { Pace } from './pace.ts';
import type { Paces } from './ports.ts';

const key = { connectionId: 'L0SM9cOFvHcCIhw=', deviceId: 'kettle-1' };
const aPace = (over: Partial<Pace> = {}): Pace => ({
  nextAt: 1_763_690_000_000,
  matched: 3,
  updates: 1,
  ...over,
});

/** What every implementation of {@link Paces} promises. `make` gives an empty one. */
export const describePaces = (make: () => Promise<Paces>): void => {
  let paces: Paces;
  const found = async () => (await paces.find(key))?.pace;

  beforeEach(async () => {
    paces = await make();
  });

  it('nothing is known at first', async () => {
    expect(await paces.find(key)).toBeUndefined();
  });

  it('a pace is found as it was written', async () => {
    const pace = aPace({
      pending: {
        last: aReading(),
        since: 5,
        count: 2,
        min: { t: -1e-300 },
        max: { t: 1e300, constructor: 1 },
      },
      sent: { name: 'kettle-1 3 41', stamps: { ts: 1, receivedAt: 2 }, numbers: { t: 0.1 + 0.2 } },
    });
    expect(await paces.write(key, pace, undefined)).toBe(true);
    expect(await found()).toEqual(pace);
  });

  it('a pace is of one device on one connection', async () => {
    await paces.write(key, aPace(), undefined);
    expect(await paces.find({ ...key, deviceId: 'kettle-10' })).toBeUndefined();
    expect(await paces.find({ ...key, connectionId: 'L0SM9cOFvHcCIhw' })).toBeUndefined();
  });

  it('a pace is replaced by who has its version', async () => {
    await paces.write(key, aPace(), undefined);
    const version = (await paces.find(key))?.version;
    expect(await paces.write(key, aPace({ matched: 4 }), version)).toBe(true);
    expect(await found()).toEqual(aPace({ matched: 4 }));
  });

  it('a pace stays as it is for who has an older version, or none', async () => {
    await paces.write(key, aPace(), undefined);
    const version = (await paces.find(key))?.version;
    await paces.write(key, aPace({ matched: 4 }), version);
    expect(await paces.write(key, aPace({ matched: 5 }), version)).toBe(false);
    expect(await paces.write(key, aPace({ matched: 5 }), undefined)).toBe(false);
    expect(await found()).toEqual(aPace({ matched: 4 }));
  });

  it('of what waits, of any device of a connection, it is known since when', async () => {
    const foldSince = (since: number) => ({ last: aReading(), since, count: 1, min: {}, max: {} });
    const write = (deviceId: string, pace: Partial<Pace>) =>
      paces.write({ ...key, deviceId }, aPace(pace), undefined);
    await write('kettle-1', { pending: foldSince(7), sending: [{ fold: foldSince(5), at: 9 }] });
    await write('kettle-2', {
      sending: [
        { fold: foldSince(8), at: 9 },
        { fold: foldSince(3), at: 9 },
      ],
    });
    await write('kettle-3', { pending: foldSince(4) });
    await write('kettle-4', {});
    expect(await paces.waitingSince(key.connectionId)).toBe(3);
    expect(await paces.waitingSince('L0SM9cOFvHcCIhw')).toBeUndefined();
    expect(await paces.write({ ...key, deviceId: 'kettle-2' }, aPace(), 1)).toBe(true);
    expect(await paces.waitingSince(key.connectionId)).toBe(4);
  });

  it('of many who write at once one succeeds', async () => {
    const write = (matched: number) => paces.write(key, aPace({ matched }), undefined);
    const written = await Promise.all(Array.from({ length: 20 }, (_, n) => write(n)));
    expect(written.filter(Boolean)).toHaveLength(1);
    expect((await found())?.matched).toBe(written.indexOf(true));
  });
};

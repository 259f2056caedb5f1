import { describe, expect, it } from 'vitest';
import { createFaults, type FaultSetting } from './faults.ts';

const clock = { now: () => 0, after: () => () => undefined };

/** Faults that know who can make a one-off happen: to so many things, each left to chance. */
const withThings = (count: number) => {
  const faults = createFaults({ seed: 1, clock });
  faults.onSet('socket.cut', async (chance) => Array.from({ length: count }, chance).filter(Boolean).length);
  return faults;
};

describe('a fault that happens once', () => {
  it.each([
    [{}, 10],
    [{ times: 3 }, 3],
    [{ times: 3, probability: 0 }, 0],
  ])('set as %o happens to %i of ten, and is not on', async (setting: FaultSetting, happened) => {
    const faults = withThings(10);
    await faults.set('socket.cut', setting);
    expect(faults.injected()).toEqual({ 'socket.cut': happened });
    expect(faults.list()).toEqual({});
  });

  it('counts its times among those that chance picks', async () => {
    const faults = withThings(100);
    await faults.set('socket.cut', { times: 3, probability: 0.5 });
    expect(faults.injected()).toEqual({ 'socket.cut': 3 });
  });

  it('refuses what means nothing to it', async () => {
    const faults = withThings(10);
    await expect(faults.set('socket.cut', { only: 'x', forMs: 1 })).rejects.toMatchObject({
      name: 'TwinError',
      code: 'fault_setting',
      message: expect.stringContaining('only, forMs') as string,
    });
    expect(faults.injected()).toEqual({});
  });

  it('is refused while there is nothing it could happen to, instead of being listed for ever', async () => {
    const faults = withThings(10);
    await expect(faults.set('mqtt.restart')).rejects.toMatchObject({ code: 'fault_too_early' });
    expect(faults.list()).toEqual({});
  });
});

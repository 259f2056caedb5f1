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

describe('a fault that stays on', () => {
  it('refuses what it does not look at', async () => {
    const faults = createFaults({ seed: 1, clock });
    await expect(faults.set('connections.throttle', { posts: 3 })).rejects.toMatchObject({
      message: 'connections.throttle takes probability, forMs, times, only, and no posts.',
    });
    await faults.set('function.crash', { posts: 3, only: 'Ingest' });
    await faults.set('connections.gone-early', { ms: 3 });
    expect(Object.keys(faults.list())).toEqual(['function.crash', 'connections.gone-early']);
  });

  it('is told of when it begins and when it is over', async () => {
    const lines: string[] = [];
    let now = 0;
    const faults = createFaults({
      seed: 1,
      clock: { ...clock, now: () => now },
      tell: (line) => lines.push(line),
    });
    await faults.set('sqs.error', { times: 2 });
    faults.hit('sqs.error');
    faults.hit('sqs.error');
    await faults.set('sqs.error', { forMs: 10 });
    now = 10;
    faults.hit('sqs.error');
    faults.clear('sqs.error');
    await faults.set('dynamodb.error');
    faults.clear();
    expect(lines).toEqual([
      'sqs.error is on, times 2',
      'sqs.error is over, injected 2 times so far',
      'sqs.error is on, forMs 10',
      'sqs.error is over, injected 2 times so far',
      'dynamodb.error is on',
      'dynamodb.error is over, injected 0 times so far',
    ]);
  });
});

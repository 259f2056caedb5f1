import { describe, expect, it } from 'vitest';

import type { Clock } from './clock.ts';
import { within } from './timing.ts';

/** A clock whose timers never fire, and that counts those that are set. */
const countingClock = () => {
  let timers = 0;
  const clock: Clock = {
    now: () => 0,
    elapsed: () => 0,
    after: () => {
      timers += 1;
      return () => void (timers -= 1);
    },
  };
  return { clock, timers: () => timers };
};

describe('waiting for an event within a time', () => {
  it('leaves no timer when the event comes', async () => {
    const { clock, timers } = countingClock();
    expect(await within(clock, 1_000, Promise.resolve())).toBe(true);
    expect(timers()).toBe(0);
  });

  it('leaves no timer when the event rejects, and rejects with it', async () => {
    const { clock, timers } = countingClock();
    await expect(within(clock, 1_000, Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(timers()).toBe(0);
  });
});

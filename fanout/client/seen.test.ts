import { describe, expect, it } from 'vitest';
import { seenNames } from './seen.ts';

describe('a name', () => {
  it('is known when it comes again', () => {
    const seen = seenNames(10);
    expect([seen.add('a'), seen.add('b'), seen.add('a')]).toEqual([true, true, false]);
  });

  it('is forgotten after as many others as the memory holds', () => {
    const seen = seenNames(2);
    for (const name of ['a', 'b', 'c']) seen.add(name);
    expect([seen.add('c'), seen.add('a')]).toEqual([false, true]);
  });

  it('is new again with more readings, and known with as many or fewer', () => {
    const seen = seenNames(10);
    expect([seen.add('a'), seen.add('a', 3), seen.add('a', 3), seen.add('a')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('that came again with more readings is remembered from then on', () => {
    const seen = seenNames(2);
    seen.add('a');
    seen.add('a', 2);
    seen.add('b');
    expect(seen.add('a', 2)).toBe(false);
  });

  it('is new again once it was to be forgotten', () => {
    const seen = seenNames(2);
    seen.add('a');
    seen.forget('a');
    expect(seen.add('a')).toBe(true);
  });
});

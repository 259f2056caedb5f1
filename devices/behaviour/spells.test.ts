import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { testClock } from '../clock.testing.ts';
import { spanOf, underSpell } from './spells.ts';

describe('a spell', () => {
  it('comes once in every period, whole, at a moment that the seed settles', () =>
    fc.assert(
      fc.property(fc.integer(), fc.nat(1_000), fc.integer({ min: 1, max: 60_000 }), (seed, n, forMs) => {
        const spell = { forMs, everyMs: 60_000 };
        const span = spanOf(seed, spell, n);
        expect(span?.from).toBeGreaterThanOrEqual(n * 60_000);
        expect(span?.to).toBeLessThanOrEqual((n + 1) * 60_000 + 0.001);
        expect((span?.to ?? 0) - (span?.from ?? 0)).toBeCloseTo(forMs, 3);
        expect(spanOf(seed, spell, n)).toEqual(span);
      }),
    ));

  it('comes at once and once, when it has no period', () => {
    expect(spanOf(1, { forMs: 5 }, 0)).toEqual({ from: 0, to: 5 });
    expect(spanOf(1, { forMs: 5 }, 1)).toBeUndefined();
  });

  const told = (spell: { forMs?: number; everyMs?: number }) => {
    const { clock, pass } = testClock();
    const events: string[] = [];
    const end = underSpell(clock, { seed: 7, spell }, () => {
      events.push('in');
      return () => events.push('out');
    });
    return { events, pass, end };
  };

  it('is entered and left again and again', async () => {
    const { events, pass } = told({ forMs: 1_000, everyMs: 10_000 });
    await pass(30_000);
    expect(events).toEqual(['in', 'out', 'in', 'out', 'in', 'out']);
  });

  it('is left when it is ended in the middle, and does not come again', async () => {
    const { events, pass, end } = told({});
    expect(events).toEqual(['in']);
    end();
    end();
    await pass(1e6);
    expect(events).toEqual(['in', 'out']);
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';

import { reorder } from './reorder.ts';

it('a window goes out whole and in another order, and what is left is flushed', () =>
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 20 }), fc.integer(), fc.nat(60), (window, seed, count) => {
      const order = reorder<number>(window, seed);
      const items = Array.from({ length: count }, (_, n) => n);
      const out = items.map((item) => order.take(item));
      const windows = out.filter((taken) => taken.length > 0);
      for (const [n, taken] of windows.entries()) {
        const asItCame = items.slice(n * window, (n + 1) * window);
        expect(taken).not.toEqual(asItCame);
        expect([...taken].sort((a, b) => a - b)).toEqual(asItCame);
      }
      expect(windows.flat().length + order.flush().length).toBe(count);
      expect(order.flush()).toEqual([]);
    }),
  ));

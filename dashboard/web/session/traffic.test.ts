import { expect, it } from 'vitest';
import { Traffic } from './traffic.ts';

const t0 = 1_763_690_000_000;

it('is the mean of the last ten whole seconds', () => {
  const traffic = new Traffic();
  for (let ms = 0; ms < 20_000; ms += 100)
    traffic.add({ frames: 1, updates: 2, folded: 9, bytes: 300 }, t0 + ms);
  expect(traffic.read(t0 + 20_000)).toEqual({ frames: 10, updates: 20, folded: 90, bytes: 3_000 });
});

it('falls to nothing when nothing comes', () => {
  const traffic = new Traffic();
  traffic.add({ frames: 10, updates: 10, folded: 0, bytes: 10 }, t0);
  expect(traffic.read(t0 + 1_000).frames).toBe(1);
  expect(traffic.read(t0 + 11_000).frames).toBe(0);
});

import { expect, it } from 'vitest';

import { latencies, quantileOf } from './latencies.ts';

it('no latency has no quantile', () => expect(quantileOf(latencies().counts(), 0.5)).toBeUndefined());

it('a quantile is right to within 10 %, at both ends too', () => {
  const seen = latencies();
  for (let ms = 1; ms <= 1_000; ms += 1) seen.add(ms);
  seen.add(0);
  const half = quantileOf(seen.counts(), 0.5) ?? 0;
  expect(half).toBeGreaterThanOrEqual(500 * 0.9);
  expect(half).toBeLessThanOrEqual(500 * 1.1);
  expect(quantileOf(seen.counts(), 0.0001)).toBe(0.05);
  expect(quantileOf(seen.counts(), 1)).toBeLessThanOrEqual(1_100);
});

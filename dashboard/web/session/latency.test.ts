import { describe, expect, it } from 'vitest';
import { Latency } from './latency.ts';

const t0 = 1_763_690_000_000;

describe('the latency of the last minute', () => {
  it('is unknown where nothing came', () => {
    expect(new Latency().read(t0)).toBeUndefined();
  });

  it('tells its median and its p99 within 5 %', () => {
    const latency = new Latency();
    for (let ms = 1; ms <= 1_000; ms += 1) latency.add(ms, t0 + ms * 50);
    const { p50, p99, count } = latency.read(t0 + 50_000) ?? { p50: 0, p99: 0, count: 0 };
    expect(count).toBe(1_000);
    expect(p50 / 500).toBeGreaterThan(0.95);
    expect(p50 / 500).toBeLessThan(1.05);
    expect(p99 / 990).toBeGreaterThan(0.95);
    expect(p99 / 990).toBeLessThan(1.05);
  });

  it('forgets what is more than a minute old, after a long silence too', () => {
    const latency = new Latency();
    latency.add(5_000, t0);
    latency.add(10, t0 + 30_000);
    expect(latency.read(t0 + 61_000)).toMatchObject({ count: 1 });
    expect(latency.read(t0 + 3_600_000)).toBeUndefined();
  });

  it('takes any duration: below a millisecond, before it began, after a day', () => {
    const latency = new Latency();
    for (const ms of [0, -50, 0.2, 86_400_000]) latency.add(ms, t0);
    expect(latency.read(t0)).toMatchObject({ count: 4, p50: 0.5 });
  });
});

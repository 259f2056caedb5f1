import { expect, it, vi } from 'vitest';
import { handlerMetrics } from './metrics.ts';

it('times of one name are an array of CloudWatch’s embedded format, a hundred in a line at most', () => {
  vi.stubEnv('POWERTOOLS_DEV', 'true'); // Lines go to the console of this process.
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  try {
    const { measure, publish } = handlerMetrics('queue');
    for (let ms = 1; ms <= 250; ms += 1) measure('DeviceToPushMs', ms);
    publish();
  } finally {
    log.mockRestore();
    vi.unstubAllEnvs();
  }
  const times = lines.map((line) => (JSON.parse(line) as { DeviceToPushMs: number[] }).DeviceToPushMs);
  expect(times.map(({ length }) => length)).toEqual([100, 100, 50]);
  expect(times.flat().at(-1)).toBe(250);
});

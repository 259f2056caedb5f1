import { expect, it } from 'vitest';
import { momentLines } from './scenarioDisplay.ts';

it('the live lines say what was acknowledged, how long that took, and the errors', () => {
  const lines = momentLines(
    {
      ...{ phase: 'calm', number: 1, elapsedMs: 5_000, totalMs: 10_000, devices: 24, connected: 20 },
      ...{ published: 1_200, acknowledged: 1_100, delivered: 1_000, ackMs: { p50: 3.2, p99: 45 } },
      ...{ errors: 3, errorsByReason: { 'connection reset': 1, 'connection refused': 2 } },
      behaviours: { reboot: 4 },
    },
    2,
  );
  expect(lines[0]).toContain('50% · 5 s left · calm (1/2)');
  expect(lines.slice(1)).toEqual([
    '20/24 connected · 1,200 published · 1,100 acknowledged · ack p50 3.2 ms, p99 45 ms · 1,000 delivered · 3 errors',
    'errors: 2 connection refused, 1 connection reset',
    'behaviours: 4 reboot',
  ]);
});

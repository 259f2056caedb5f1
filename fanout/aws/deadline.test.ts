import { expect, it, vi } from 'vitest';
import type { Frame } from '../protocol.ts';
import { pushUntil, sendingUntil } from './deadline.ts';

const frame: Frame = { type: 'live', id: 's', at: 1 };

it('an invocation keeps some seconds for what follows its posts', () => {
  const left = pushUntil({ getRemainingTimeInMillis: () => 28_000 }) - Date.now();
  expect(left).toBeGreaterThan(25_000);
  expect(left).toBeLessThanOrEqual(25_500);
});

it('what there is no time for is not begun', async () => {
  const send = vi.fn(() => Promise.resolve('delivered' as const));
  expect(await sendingUntil(send, Date.now() + 60_000)(frame)).toBe('delivered');
  await expect(sendingUntil(send, Date.now() - 1)(frame)).rejects.toThrow('no time left');
  expect(send).toHaveBeenCalledTimes(1);
});

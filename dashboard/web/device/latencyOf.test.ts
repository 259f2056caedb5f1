import { expect, it } from 'vitest';
import { latencyOf } from './latencyOf.ts';

const reading = { ts: 1_000, receivedAt: 1_020, sentAt: 1_050, source: 'live' as const };

it('the way of a reading is told by hop', () => {
  expect(latencyOf(reading, 1_060)).toEqual({ device: 20, filter: 30, browser: 10 });
});

it('a device without a clock does not tell its hop', () => {
  expect(latencyOf({ ...reading, ts: 1_020 }, 1_060).device).toBeUndefined();
});

it('what was brought afterwards tells nothing of the way', () => {
  expect(latencyOf({ ...reading, source: 'replay' }, 1_060)).toEqual({
    device: 20,
    filter: undefined,
    browser: undefined,
  });
});

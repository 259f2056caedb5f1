import { beforeEach, describe, expect, it } from 'vitest';
import { ApiError, passingCauseOf } from './apiError.ts';
import { retried } from './retried.ts';

const overload = new ApiError('InternalServerError', 500, 'again, please');
const throttling = new ApiError('ProvisionedThroughputExceededException', 400, 'slow down');
const refusal = new ApiError('ConditionalCheckFailedException', 400, 'no');

let waits: number[];
let tries: number;
beforeEach(() => {
  waits = [];
  tries = 0;
});

const withRetries = () =>
  retried({ attempts: 4, pauseMs: 25, random: () => 0.5, wait: async (ms) => void waits.push(ms) });
const failing =
  (...errors: Error[]) =>
  async (): Promise<string> => {
    const error = errors[tries];
    tries += 1;
    if (error !== undefined) throw error;
    return 'done';
  };

it('what may pass is tried again, after pauses that grow', async () => {
  expect(await withRetries()(failing(overload, overload, overload))).toBe('done');
  expect(waits).toEqual([12.5, 25, 50]);
});

it('who asks to slow down is left alone for longer', async () => {
  expect(await withRetries()(failing(throttling, throttling))).toBe('done');
  expect(waits).toEqual([500, 1_000]);
});

it('what will not pass is thrown at once, and what does not pass after the last try', async () => {
  await expect(withRetries()(failing(refusal))).rejects.toBe(refusal);
  expect([tries, waits]).toEqual([1, []]);
  tries = 0;
  await expect(withRetries()(failing(...Array<Error>(9).fill(overload)))).rejects.toBe(overload);
  expect(tries).toBe(4);
});

it('a service that is down is soon asked once only, and as before once it is well', async () => {
  const again = withRetries();
  const down = () => again(failing(...Array<Error>(9).fill(overload))).catch(() => undefined);
  for (let n = 0; n < 20; n += 1) {
    tries = 0;
    await down();
  }
  expect(tries).toBe(1);
  for (let n = 0; n < 50; n += 1) await again(async () => 'done');
  tries = 0;
  await down();
  expect(tries).toBe(4);
});

describe('a cause', () => {
  const coded = (code: string) => Object.assign(new Error('socket'), { code });
  it.each([
    [overload, 'transient'],
    [throttling, 'throttled'],
    [new ApiError('Unknown', 429, ''), 'throttled'],
    [new ApiError('Unknown', 503, ''), 'transient'],
    [coded('ECONNRESET'), 'transient'],
    [coded('EAI_AGAIN'), 'transient'],
    [Object.assign(new Error('late'), { name: 'TimeoutError' }), 'transient'],
    [refusal, undefined],
    [new ApiError('AccessDeniedException', 400, ''), undefined],
    [coded('CERT_HAS_EXPIRED'), undefined],
    [new TypeError('x is not a function'), undefined],
    ['a text', undefined],
  ])('of %s is %s', (error, cause) => {
    expect(passingCauseOf(error)).toBe(cause);
  });
});

import { expect, it } from 'vitest';
import { arrivalClaim, ratioClaim } from './claims.ts';
import type { Measured, PushResult } from './measure.ts';

const all = {
  ...{ sent: 100, delivered: 100, posts: 100, repeated: 0, wrong: 0 },
  ...{ signaturesChecked: 1, signaturesWrong: 0 },
};
const arrives = (over: Partial<Measured['arrived']>) => arrivalClaim({ arrived: { ...all, ...over } }).holds;

const result = (over: Partial<PushResult>): PushResult => ({
  ...{ concurrency: 64, client: 'lean push', ratio: 5 },
  ...{ postsPerCpuSecond: 1, postsPerSecond: 1, p50Ms: 1, p99Ms: 1 },
  ...over,
});

it('every post arrives once, right and well signed, or the claim fails', () => {
  expect(arrives({})).toBe(true);
  for (const over of [
    { posts: 99 },
    { delivered: 99 },
    { repeated: 1 },
    { wrong: 1 },
    { signaturesWrong: 1 },
  ] satisfies Partial<Measured['arrived']>[])
    expect(arrives(over), JSON.stringify(over)).toBe(false);
});

it('lean push makes five times the posts of the SDK with 64 at once, whatever else is', () => {
  const others = [result({ concurrency: 1, ratio: 1 }), result({ client: 'SDK client', ratio: 1 })];
  expect(ratioClaim({ results: [...others, result({})] }).holds).toBe(true);
  expect(ratioClaim({ results: [...others, result({ ratio: 4.99 })] }).holds).toBe(false);
  expect(ratioClaim({ results: [] }).holds).toBe(false);
});

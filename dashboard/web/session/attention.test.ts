import { describe, expect, it } from 'vitest';
import { attentiveRate } from './attention.ts';

describe('the rate that follows what is looked at', () => {
  it.each([
    ['on-screen', 1, undefined, undefined],
    ['on-screen', 10, undefined, 4],
    ['on-screen', 10, 1, 1],
    ['on-screen', 1, 20, 20],
    ['off-screen', 1, undefined, 0.5],
    ['off-screen', 1, 0.2, 0.2],
    ['hidden', 10, undefined, 0.1],
    ['hidden', 1, 5, 0.1],
    ['hidden', 1, 0.01, 0.01],
  ] as const)(
    '%s, with %d readings a second each and a wish of %s, is %s',
    (sight, perDevice, wished, rate) => {
      expect(attentiveRate(sight, perDevice, wished)).toBe(rate);
    },
  );
});

import { describe, expect, it } from 'vitest';
import { rateWords, statusWords } from './words.ts';

const watch = { to: { region: 'a' } };

describe('the rate of a watch in words', () => {
  it.each([
    [{ watch, rate: undefined }, 'Every reading'],
    [{ watch: { ...watch, maxRate: 2 }, rate: 2 }, 'At most 2 a second of each device'],
    [{ watch: { ...watch, maxRate: 0.25 }, rate: 0.25 }, 'At most 0.25 a second of each device'],
    [{ watch: { ...watch, maxRate: 1 / 3 }, rate: 1 / 3 }, 'At most 0.33 a second of each device'],
    [
      { watch, rate: 0.5, sight: 'off-screen' },
      'At most 0.5 a second of each device while nothing of it is on the screen',
    ],
    [
      { watch, rate: 0.1, sight: 'hidden' },
      'At most 0.1 a second of each device while this tab is in the background',
    ],
    [{ watch, rate: 4, sight: 'on-screen' }, 'At most 4 a second of each device, as tiles draw no faster'],
  ] as const)('%j', (watched, words) => {
    expect(rateWords(watched)).toBe(words);
  });
});

it('a watch is not said to be live without a connection', () => {
  expect(statusWords({ status: 'live' }, 'live')).toBe('Live');
  expect(statusWords({ status: 'live' }, 'offline')).toBe('Waits for the connection');
  expect(statusWords({ status: 'refused' }, 'offline')).toBe('Refused');
});

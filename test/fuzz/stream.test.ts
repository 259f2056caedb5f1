import { expect, it } from 'vitest';
import { faultsIn } from './stream.ts';

const none = { missing: [], twice: [] };

it('a whole stream has no faults, wherever it begins and in whatever order it came', () => {
  expect(faultsIn([4, 5, 6], 6)).toEqual(none);
  expect(faultsIn([5, 4, 6], 6)).toEqual(none);
});

it('a dropped reading is missing, at the end too', () => {
  expect(faultsIn([4, 6], 7)).toEqual({ missing: [5, 7], twice: [] });
});

it('a reading handed out twice is told', () => {
  expect(faultsIn([4, 5, 5, 6], 6)).toEqual({ missing: [], twice: [5] });
});

it('a stream of nothing misses what it waited for', () => {
  expect(faultsIn([], 3)).toEqual({ missing: [3], twice: [] });
});

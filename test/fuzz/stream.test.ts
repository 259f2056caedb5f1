import { expect, it } from 'vitest';
import { disorderedIn, faultsIn } from './stream.ts';

const none = { missing: [], twice: [] };

it('a whole stream has no faults, wherever it begins and in whatever order it came', () => {
  expect(faultsIn([4, 5, 6], 6)).toEqual(none);
  expect(faultsIn([5, 4, 6], 6)).toEqual(none);
});

it('a reading from before the first that comes late is none of the stream', () => {
  expect(faultsIn([7, 4, 8], 8)).toEqual(none);
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

it('a reading that comes after a newer one is out of order, unless it is marked late', () => {
  expect(disorderedIn([{ seq: 4 }, { seq: 6 }, { seq: 5 }, { seq: 7 }])).toEqual([5]);
  expect(disorderedIn([{ seq: 4 }, { seq: 6 }, { seq: 5, late: true }, { seq: 7 }])).toEqual([]);
});

import { expect, it } from 'vitest';
import { emptyState } from './emptyState.ts';

const [live, refused, asking, open] = [
  { isChosen: true, status: 'live' },
  { isChosen: true, status: 'refused' },
  { isChosen: true, status: 'asking' },
  { isChosen: false, status: 'live' },
] as const;

it.each([
  ['connecting', 1, [], 'connecting'],
  ['offline', 0, [], 'offline'],
  ['refused', 1, [live], 'refused'],
  ['live', 0, [open], 'unwatched'],
  ['live', 1, [], 'asking'],
  ['catching-up', 1, [asking], 'asking'],
  ['live', 2, [refused, asking], 'asking'],
  ['live', 2, [refused, live], 'silent'],
  ['live', 2, [refused, refused], 'refused-watches'],
  ['live', 1, [refused, open], 'refused-watches'],
] as const)('%s with %d watches %j is %s', (state, watches, watched, empty) => {
  expect(emptyState(state, watches, watched)).toBe(empty);
});

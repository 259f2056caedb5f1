import { expect, it } from 'vitest';
import { rejectsByReason } from './banner.ts';

it('rejects are counted by reason, the commonest first', () => {
  const rejects = ['bad_json', 'too_large', 'bad_json'].map((reason) => JSON.stringify({ reason }));
  expect(rejectsByReason(rejects)).toBe('bad_json 2, too_large 1');
});

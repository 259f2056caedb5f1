import { expect, it } from 'vitest';
import { draftOf, parseDraft } from './parseDraft.ts';

it('passes over what was left empty', () => {
  expect(parseDraft({ conditions: ['', ' '], maxRate: ' ' })).toEqual({ ok: true, wish: {} });
});

it('reads conditions and a rate, with a comma too', () => {
  expect(parseDraft({ conditions: ['temperature>20', '', 'door exists'], maxRate: '0,5' })).toEqual({
    ok: true,
    wish: {
      where: [
        { field: 'temperature', op: '>', value: 20 },
        { field: 'door', op: 'exists' },
      ],
      maxRate: 0.5,
    },
  });
});

it('tells each error at its field', () => {
  const read = parseDraft({ conditions: ['t>1', 't>', ''], maxRate: '100' });
  expect(read).toMatchObject({
    ok: false,
    errors: {
      conditions: [undefined, expect.stringMatching(/Give a value/), undefined],
      maxRate: 'Give a number from 0.01 to 50, or nothing.',
    },
  });
});

it.each(['0', '-1', '51', 'fast', 'NaN', 'Infinity', '1,5,0'])('takes no rate of %j', (maxRate) => {
  expect(parseDraft({ conditions: [], maxRate }).ok).toBe(false);
});

it('can edit what it read', () => {
  const watch = {
    to: { region: 'a' },
    where: [{ field: 't', op: 'exists', value: false }],
    maxRate: 0.25,
  } as const;
  expect(parseDraft(draftOf(watch))).toEqual({ ok: true, wish: { where: watch.where, maxRate: 0.25 } });
  expect(draftOf({ to: { region: 'a' } })).toEqual({ conditions: [], maxRate: '' });
});

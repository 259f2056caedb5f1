import { expect, it } from 'vitest';
import { lengthOf, whyNot } from './length.ts';

it('counts characters as the server does', () => {
  expect(lengthOf('a🫖')).toBe(2);
});

it.each([
  ['a', undefined],
  ['🫖'.repeat(500), undefined],
  ['x'.repeat(501), 'Take out 1 character.'],
  ['x'.repeat(600), 'Take out 100 characters.'],
  [' \n ', 'Write something first.'],
])('says why a text cannot be sent (%#)', (text, why) => {
  expect(whyNot(text)).toBe(why);
});

import { expect, it } from 'vitest';
import { cut, fit, widthOf } from './cells.ts';

it('a wide character takes two columns, a combining one none of its own', () => {
  expect(widthOf('abc')).toBe(3);
  expect(widthOf('温度')).toBe(4);
  expect(widthOf('e\u0301')).toBe(1);
  expect(widthOf('🔥')).toBe(2);
});

it.each([
  ['abcdef', 6, 'abcdef'],
  ['abcdef', 5, 'abcd…'],
  ['温度计', 5, '温度…'],
  ['温度计', 4, '温…'],
  ['abc', 1, '…'],
  ['abc', 0, ''],
])('%j in %i columns is %j', (text, width, shown) => {
  expect(cut(text, width)).toBe(shown);
});

it('a cell has its width, whatever is in it', () => {
  for (const text of ['', 'a', 'abcdefgh', '温度计', '🔥🔥🔥']) expect(widthOf(fit(text, 5))).toBe(5);
  expect(fit('7', 3, 'right')).toBe('  7');
});

import { expect, it } from 'vitest';
import { jsonLine, printable } from './printable.ts';

const hostile =
  '\u001b[31mred\u001b[0m\u001b]0;title\u0007 a\r\nb\tc \u009b2J \u202Eevil\u202C \u2028 \u200B\u007F \uD800';

it('what a device said is printed without control characters', () => {
  expect(printable(hostile)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028]/u);
  expect(printable('\u001b[31mred\u001b[0m')).toBe('red');
  expect(printable('Küche 21 °C 温度 🔥')).toBe('Küche 21 °C 温度 🔥');
});

it('a line of JSON has none either, and loses nothing', () => {
  const line = jsonLine({ name: hostile });
  expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\u2028]/u);
  expect(JSON.parse(line)).toEqual({ name: hostile });
  expect(line.endsWith('}\n')).toBe(true);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseExpression } from './expression.ts';

const fields: Readonly<Record<string, number>> = { a: 3, b: 4, long_name_2: 0.5 };

const value = (text: string): number => {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.expression.evaluate((name) => fields[name] ?? NaN);
};

const problem = (text: string): string | undefined => {
  const parsed = parseExpression(text);
  return parsed.ok ? undefined : parsed.problem;
};

describe('an expression', () => {
  it.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 3 - 2', 5],
    ['12 / 2 / 3', 2],
    ['-a + b', 1],
    ['2 - -2', 4],
    ['a * b / long_name_2', 24],
    ['min(a, b, 2)', 2],
    ['max(a, b)', 4],
    ['abs(a - b)', 1],
    ['round(a / 7)', 0],
    ['round(a / 7, 2)', 0.43],
    ['1.5e2', 150],
    ['  a\t', 3],
  ])('`%s` is %d', (text, expected) => expect(value(text)).toBe(expected));

  it('is Infinity or NaN where it divides by zero', () => {
    expect(value('a / 0')).toBe(Infinity);
    expect(value('0 / 0')).toBeNaN();
  });

  it('names the fields that it uses', () => {
    const parsed = parseExpression('max(a, b) + a * 2');
    expect(parsed.ok && [...parsed.expression.uses]).toEqual(['a', 'b']);
  });

  it.each([
    ['', 'expected a number, a field or "(" at the end'],
    ['1 +', 'expected a number, a field or "(" at the end'],
    ['1 + * 2', 'expected a number, a field or "(" at character 5, got "*"'],
    ['(1 + 2', 'expected ")" at the end'],
    ['a b', 'expected an operator at character 3, got "b"'],
    ['a ; b', 'does not know ";" at character 3'],
    ['a.constructor', 'does not know "." at character 2'],
    ['sin(a)', 'knows no function "sin", only min, max, abs, round'],
    ['constructor(1)', 'knows no function "constructor", only min, max, abs, round'],
    ['abs(1, 2)', 'gives abs 2 values; it takes 1 to 1'],
  ])('`%s` is refused: %s', (text, expected) => expect(problem(text)).toBe(expected));

  it('is as JavaScript has it', () => {
    const leaf = fc.oneof(fc.integer({ min: 0, max: 99 }).map(String), fc.constantFrom('a', 'b'));
    const tree = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        leaf,
        fc
          .tuple(tie('node'), fc.constantFrom('+', '-', '*', '/'), tie('node'))
          .map((parts) => `(${parts.join(' ')})`),
        fc.tuple(tie('node'), fc.constantFrom('+', '-', '*', '/'), leaf).map((parts) => parts.join(' ')),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (text) => {
        // What is compared with may evaluate: the text is ours.
        // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-call
        const expected: unknown = new Function('a', 'b', `return ${text}`)(3, 4);
        expect(value(text)).toBe(expected);
      }),
    );
  });
});

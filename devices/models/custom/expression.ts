import { round } from '../noise.ts';

/** What a field's name looks like, here and in the file. */
export const fieldName = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

export const maxExpressionCharacters = 1_000;

type Evaluate = (valueOf: (field: string) => number) => number;

export type Expression = {
  /** The fields that it names. */
  readonly uses: ReadonlySet<string>;
  readonly evaluate: Evaluate;
};

export type ParsedExpression =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly problem: string };

const functions: Readonly<
  Record<string, { readonly least: number; readonly most: number; readonly of: (values: number[]) => number }>
> = {
  min: { least: 1, most: 16, of: (values) => Math.min(...values) },
  max: { least: 1, most: 16, of: (values) => Math.max(...values) },
  abs: { least: 1, most: 1, of: ([x = NaN]) => Math.abs(x) },
  round: { least: 1, most: 2, of: ([x = NaN, digits = 0]) => round(x, digits) },
};

type Token = { readonly text: string; readonly at: number };

/** Thrown inside the parser only. */
class Problem extends Error {}

const end: Token = { text: '', at: -1 };
const tokenPattern = /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?|[A-Za-z_]\w*|[-+*/(),])|(\S))/y;

const tokensOf = (text: string): readonly Token[] => {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  for (let match = tokenPattern.exec(text); match !== null; match = tokenPattern.exec(text)) {
    const [, token, stray] = match;
    const at = tokenPattern.lastIndex - (token ?? stray ?? '').length + 1;
    if (token === undefined) throw new Problem(`does not know ${JSON.stringify(stray)} at character ${at}`);
    tokens.push({ text: token, at });
  }
  return tokens;
};

const expected = (what: string, { text, at }: Token): Problem =>
  new Problem(
    text === '' ? `expected ${what} at the end` : `expected ${what} at character ${at}, got "${text}"`,
  );

/** Recursive descent: a sum of products of factors. Its depth is bounded by the length of the text. */
const parser = (tokens: readonly Token[]) => {
  const uses = new Set<string>();
  let position = 0;
  const peek = (): Token => tokens[position] ?? end;
  const take = (...texts: readonly string[]): string | undefined => {
    const { text } = peek();
    if (text === '' || !texts.includes(text)) return undefined;
    position += 1;
    return text;
  };
  const close = (): void => {
    if (take(')') === undefined) throw expected('")"', peek());
  };
  const call = (name: Token): Evaluate => {
    const known = Object.hasOwn(functions, name.text) ? functions[name.text] : undefined;
    if (known === undefined)
      throw new Problem(`knows no function "${name.text}", only ${Object.keys(functions).join(', ')}`);
    const values = [sum()];
    while (take(',') !== undefined) values.push(sum());
    close();
    const { least, most, of } = known;
    if (values.length < least || values.length > most)
      throw new Problem(`gives ${name.text} ${values.length} values; it takes ${least} to ${most}`);
    return (valueOf) => of(values.map((value) => value(valueOf)));
  };
  const named = (token: Token): Evaluate => {
    if (take('(') !== undefined) return call(token);
    const { text } = token;
    uses.add(text);
    return (valueOf) => valueOf(text);
  };
  const factor = (): Evaluate => {
    if (take('-') !== undefined) {
      const of = factor();
      return (valueOf) => -of(valueOf);
    }
    if (take('(') !== undefined) {
      const inner = sum();
      close();
      return inner;
    }
    const token = peek();
    if (!/^\w/.test(token.text)) throw expected('a number, a field or "("', token);
    position += 1;
    if (!/^\d/.test(token.text)) return named(token);
    const value = Number(token.text);
    return () => value;
  };
  const product = (): Evaluate => {
    let left = factor();
    for (let sign = take('*', '/'); sign !== undefined; sign = take('*', '/')) {
      const [a, b] = [left, factor()];
      left = sign === '*' ? (valueOf) => a(valueOf) * b(valueOf) : (valueOf) => a(valueOf) / b(valueOf);
    }
    return left;
  };
  const sum = (): Evaluate => {
    let left = product();
    for (let sign = take('+', '-'); sign !== undefined; sign = take('+', '-')) {
      const [a, b] = [left, product()];
      left = sign === '+' ? (valueOf) => a(valueOf) + b(valueOf) : (valueOf) => a(valueOf) - b(valueOf);
    }
    return left;
  };
  return (): Expression => {
    const evaluate = sum();
    if (position < tokens.length) throw expected('an operator', peek());
    return { uses, evaluate };
  };
};

/**
 * Reads an expression of numbers, fields, `+ - * /`, parentheses and the functions min, max, abs and round (with digits).
 * Nothing else is known, nothing is evaluated as code. `problem` is a phrase that follows the field's name. Division by
 * zero gives Infinity or NaN.
 */
export const parseExpression = (text: string): ParsedExpression => {
  try {
    return { ok: true, expression: parser(tokensOf(text))() };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { ok: false, problem: error.message };
  }
};

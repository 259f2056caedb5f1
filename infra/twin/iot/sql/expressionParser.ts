import type { Cursor } from './cursor.ts';
import type { BinaryOperator, Expression } from './expression.ts';
import { isFunction } from './functions.ts';
import { isCastType } from './cast.ts';
import { type Token, unsupported } from './tokenizer.ts';

/** Words that cannot be a field's name or an alias. VALUE is not among them: many payloads have a field `value`. */
const reserved = new Set(
  'SELECT FROM WHERE AS AND OR NOT CASE WHEN THEN ELSE END IN EXISTS NULL TRUE FALSE'.split(' '),
);

/** Loosest first. `!=` is written as `<>` in the tree. */
const levels: BinaryOperator[][] = [
  ['OR'],
  ['AND'],
  ['=', '<>', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
];
/** NOT binds looser than a comparison and tighter than AND. */
const notLevel = 2;

/** Reads one expression. Throws UnsupportedSql naming the token or the function. */
export const parseExpression = (cursor: Cursor, level = 0): Expression => {
  const operators = levels[level];
  if (operators === undefined) return parseUnary(cursor);
  if (level === notLevel && cursor.skip('NOT')) return { kind: 'not', value: parseExpression(cursor, level) };
  let left = parseExpression(cursor, level + 1);
  for (;;) {
    const operator = operators.find((candidate) => isOperator(cursor, candidate));
    if (operator === undefined) return left;
    cursor.next();
    left = { kind: 'binary', operator, left, right: parseExpression(cursor, level + 1) };
  }
};

/** A field's name or an alias. */
export const parseName = (cursor: Cursor): string => {
  const token = cursor.next();
  if (token.kind === 'word' && !isReserved(token)) return token.text;
  throw unsupported(token, 'stands where a name is expected');
};

export const isReserved = (token: Token): boolean =>
  token.kind === 'word' && reserved.has(token.text.toUpperCase());

const isOperator = (cursor: Cursor, operator: BinaryOperator): boolean =>
  cursor.is(operator) || (operator === '<>' && cursor.is('!='));

const parseUnary = (cursor: Cursor): Expression => {
  if (cursor.skip('-')) return { kind: 'minus', value: parseUnary(cursor) };
  let expression = parsePrimary(cursor);
  while (cursor.skip('.')) expression = { kind: 'member', of: expression, name: parseMember(cursor) };
  return expression;
};

/** Behind a point every word is a name, keywords too. */
const parseMember = (cursor: Cursor): string => {
  const token = cursor.next();
  if (token.kind === 'word') return token.text;
  throw unsupported(token, "stands where a field's name is expected");
};

const parsePrimary = (cursor: Cursor): Expression => {
  const token = cursor.next();
  if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
  if (token.kind === 'text') return { kind: 'literal', value: token.text };
  if (token.kind === 'symbol') return parseBracketed(cursor, token);
  if (token.kind === 'end') throw unsupported(token, 'comes where a value is expected');
  return isReserved(token) ? parseKeyword(cursor, token) : parseNamed(cursor, token);
};

const parseBracketed = (cursor: Cursor, token: Token): Expression => {
  if (token.text === '[') return { kind: 'array', items: parseList(cursor, ']', parseExpression) };
  if (token.text === '{') return { kind: 'object', entries: parseList(cursor, '}', parseEntry) };
  if (token.text !== '(') throw unsupported(token, 'stands where a value is expected');
  if (cursor.is('SELECT'))
    throw unsupported(cursor.peek(), 'inside another SELECT is not supported by the twin');
  const expression = parseExpression(cursor);
  cursor.expect(')');
  return expression;
};

const parseEntry = (cursor: Cursor): [string, Expression] => {
  const key = cursor.next();
  if (key.kind !== 'text') throw unsupported(key, 'stands where a quoted key is expected');
  cursor.expect(':');
  return [key.text, parseExpression(cursor)];
};

const parseList = <Item>(cursor: Cursor, end: string, item: (cursor: Cursor) => Item): Item[] => {
  const items: Item[] = [];
  if (cursor.skip(end)) return items;
  do items.push(item(cursor));
  while (cursor.skip(','));
  cursor.expect(end);
  return items;
};

const parseKeyword = (cursor: Cursor, token: Token): Expression => {
  switch (token.text.toUpperCase()) {
    case 'NULL':
      return { kind: 'literal', value: null };
    case 'TRUE':
      return { kind: 'literal', value: true };
    case 'FALSE':
      return { kind: 'literal', value: false };
    case 'CASE':
      return parseCase(cursor);
    default:
      throw unsupported(token, 'is not supported there by the twin');
  }
};

/** AWS has only the form with a subject (developer guide, "Case statements"). */
const parseCase = (cursor: Cursor): Expression => {
  if (cursor.is('WHEN'))
    throw unsupported(cursor.peek(), 'must follow a value: write CASE true WHEN condition THEN result END');
  const subject = parseExpression(cursor);
  const branches: [Expression, Expression][] = [];
  do {
    cursor.expect('WHEN');
    const test = parseExpression(cursor);
    cursor.expect('THEN');
    branches.push([test, parseExpression(cursor)]);
  } while (cursor.is('WHEN'));
  const otherwise = cursor.skip('ELSE') ? parseExpression(cursor) : undefined;
  cursor.expect('END');
  return { kind: 'case', subject, branches, otherwise: otherwise ?? { kind: 'literal', value: undefined } };
};

const parseNamed = (cursor: Cursor, token: Token): Expression => {
  if (!cursor.skip('(')) return { kind: 'attribute', name: token.text };
  const name = token.text.toLowerCase();
  if (name === 'cast') return parseCast(cursor);
  if (!isFunction(name)) throw unsupported(token, 'is a function that the twin does not have');
  const args = parseList(cursor, ')', parseArgument);
  if ((name === 'encode' || name === 'decode') && !isBase64(args[1]))
    throw unsupported(token, `needs a second argument 'base64', the only scheme there is`);
  if (name !== 'encode' && args.some(({ kind }) => kind === 'payload'))
    throw unsupported(token, "does not take *; only encode(*, 'base64') does");
  return { kind: 'call', name, args };
};

const parseArgument = (cursor: Cursor): Expression =>
  cursor.skip('*') ? { kind: 'payload' } : parseExpression(cursor);

const isBase64 = (scheme: Expression | undefined): boolean =>
  scheme?.kind === 'literal' && scheme.value === 'base64';

const parseCast = (cursor: Cursor): Expression => {
  const value = parseExpression(cursor);
  cursor.expect('AS');
  const token = cursor.next();
  if (!isCastType(token.text)) throw unsupported(token, 'is not a type to cast to');
  cursor.expect(')');
  return { kind: 'cast', value, type: token.text.toLowerCase() };
};

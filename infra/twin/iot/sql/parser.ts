import { createCursor, type Cursor } from './cursor.ts';
import type { Expression, SelectItem, Statement } from './expression.ts';
import { isReserved, parseExpression, parseName } from './expressionParser.ts';
import { outputKey } from './outputKey.ts';
import { tokenize, unsupported } from './tokenizer.ts';

/**
 * Parses `SELECT ... [FROM 'filter'] [WHERE ...]` (AWS IoT developer guide, "AWS IoT SQL reference", 2016-03-23).
 * Not supported: SET, substitution templates, nested SELECT, IN, EXISTS. Throws UnsupportedSql.
 */
export const parse = (sql: string): Statement => {
  const cursor = createCursor(tokenize(sql));
  cursor.expect('SELECT');
  const select = isValueKeyword(cursor) ? parseSelectValue(cursor) : parseSelectItems(cursor);
  const topicFilter = cursor.skip('FROM') ? parseTopicFilter(cursor) : undefined;
  const where = cursor.skip('WHERE') ? parseExpression(cursor) : undefined;
  if (cursor.peek().kind !== 'end') throw unsupported(cursor.peek(), 'is not supported there by the twin');
  return { select, topicFilter, where };
};

/** `VALUE` is a keyword when an expression follows it, and a field's name otherwise. */
const isValueKeyword = (cursor: Cursor): boolean => {
  if (!cursor.is('VALUE')) return false;
  const after = cursor.peek(1);
  if (after.text === '*')
    return cursor.is('FROM', 2) || cursor.is('WHERE', 2) || cursor.peek(2).kind === 'end';
  if (after.kind === 'symbol') return '([{'.includes(after.text);
  return after.kind !== 'end' && (!isReserved(after) || /^(case|not|null|true|false)$/i.test(after.text));
};

const parseSelectValue = (cursor: Cursor): Statement['select'] => {
  cursor.next();
  return { kind: 'value', value: cursor.skip('*') ? 'everything' : parseExpression(cursor) };
};

const parseSelectItems = (cursor: Cursor): Statement['select'] => {
  const items: SelectItem[] = [];
  do items.push(cursor.skip('*') ? { kind: 'everything' } : parseItem(cursor));
  while (cursor.skip(','));
  return { kind: 'items', items };
};

const parseItem = (cursor: Cursor): SelectItem => {
  const first = cursor.peek();
  const value: Expression = parseExpression(cursor);
  const key = cursor.skip('AS') ? parseAlias(cursor) : outputKey(value);
  if (key === undefined) throw unsupported(first, 'begins an expression without a name; add AS and a name');
  return { kind: 'value', value, key };
};

const parseAlias = (cursor: Cursor): string =>
  cursor.peek().kind === 'text' ? cursor.next().text : parseName(cursor);

const parseTopicFilter = (cursor: Cursor): string => {
  const token = cursor.next();
  if (token.kind === 'text') return token.text;
  throw unsupported(token, 'stands where a topic filter in quotes is expected');
};

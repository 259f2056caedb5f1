import { UnsupportedSql } from './unsupportedSql.ts';

export type Token = {
  kind: 'word' | 'number' | 'text' | 'symbol' | 'end';
  /** What was written; for text, what stands between the quotes. */
  text: string;
  /** Place in the statement, from 0. */
  at: number;
};

const patterns: [Token['kind'] | 'space', RegExp][] = [
  ['space', /\s+/y],
  ['word', /[A-Za-z_$][\w$]*/y],
  ['number', /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y],
  ['text', /'(?:[^']|'')*'|"(?:[^"]|"")*"/y],
  ['symbol', /<>|!=|<=|>=|[=<>+\-*/%(),.[\]{}:]/y],
];

/** Splits a rule's SQL into tokens; the last is of kind `end`. Throws UnsupportedSql. */
export const tokenize = (sql: string): Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    const { kind, text } = next(sql, at);
    if (kind !== 'space') tokens.push({ kind, text: kind === 'text' ? unquote(text) : text, at });
    at += text.length;
  }
  return [...tokens, { kind: 'end', text: 'the end', at }];
};

/** `problem` completes the sentence. */
export const unsupported = (token: Token, problem: string): UnsupportedSql =>
  new UnsupportedSql(`"${token.text}" at character ${token.at + 1} ${problem}.`);

const next = (sql: string, at: number): { kind: Token['kind'] | 'space'; text: string } => {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const text = pattern.exec(sql)?.[0];
    if (text !== undefined) return { kind, text };
  }
  const rest = sql.slice(at, at + 10);
  throw unsupported({ kind: 'symbol', text: rest, at }, 'is not rule SQL (version 2016-03-23); correct it');
};

/** Text stands in single or double quotes; a doubled quote is one quote. */
const unquote = (text: string): string => {
  const quote = text.charAt(0);
  return text.slice(1, -1).replaceAll(quote + quote, quote);
};

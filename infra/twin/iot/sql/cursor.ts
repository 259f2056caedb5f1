import { type Token, unsupported } from './tokenizer.ts';

/** Reads tokens one after the other. Words are compared without regard to case. */
export type Cursor = {
  peek: (ahead?: number) => Token;
  next: () => Token;
  /** Whether the token at hand is this keyword or symbol. */
  is: (text: string, ahead?: number) => boolean;
  /** Steps over the token if it is this keyword or symbol; tells whether it did. */
  skip: (text: string) => boolean;
  /** Steps over this keyword or symbol. Throws UnsupportedSql at any other. */
  expect: (text: string) => void;
};

export const createCursor = (tokens: readonly Token[]): Cursor => {
  let position = 0;
  const peek = (ahead = 0): Token => {
    const token = tokens[Math.min(position + ahead, tokens.length - 1)];
    if (token === undefined) throw new RangeError('the tokenizer always ends with an end token');
    return token;
  };
  const is = (text: string, ahead = 0): boolean => {
    const token = peek(ahead);
    return (token.kind === 'word' || token.kind === 'symbol') && token.text.toUpperCase() === text;
  };
  const next = (): Token => {
    const token = peek();
    position++;
    return token;
  };
  const skip = (text: string): boolean => {
    const found = is(text);
    if (found) position++;
    return found;
  };
  const expect = (text: string): void => {
    if (!skip(text)) throw unsupported(peek(), `stands where ${text} is expected`);
  };
  return { peek, next, is, skip, expect };
};

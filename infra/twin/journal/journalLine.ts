import type { Buffer } from 'node:buffer';
import { isObject } from '../json.ts';

/**
 * A journal is lines of JSON: an entry put, part of it changed, or the entry taken out. The later line wins, so that
 * reading one twice does no harm.
 */
export type Sign = '+' | '~' | '-';

export const journalLine = (sign: Sign, key: string, value?: unknown): string =>
  `${JSON.stringify(value === undefined ? [sign, key] : [sign, key, value])}\n`;

export type Replayed = {
  /** What was put and not taken out, in the order of writing, with the bytes of its line. */
  entries: Map<string, { value: object; bytes: number }>;
  /** Bytes up to the end of the last whole line; what comes after was being written when the writer died. */
  wholeBytes: number;
  /** Whole lines that are no line of a journal. */
  unreadable: number;
};

/** Reads a journal. Total: whatever the bytes are, it gives what can be read of them. */
export const replay = (bytes: Buffer): Replayed => {
  const replayed: Replayed = { entries: new Map(), wholeBytes: 0, unreadable: 0 };
  for (;;) {
    const end = bytes.indexOf('\n', replayed.wholeBytes);
    if (end < 0) return replayed;
    const line = bytes.toString('utf8', replayed.wholeBytes, end);
    if (!apply(replayed.entries, line, end + 1 - replayed.wholeBytes)) replayed.unreadable++;
    replayed.wholeBytes = end + 1;
  }
};

const apply = (entries: Replayed['entries'], line: string, bytes: number): boolean => {
  const [sign, key, value] = parsed(line);
  if (typeof key !== 'string') return false;
  const known = entries.get(key);
  if (sign === '-') entries.delete(key);
  else if (sign === '+' && isObject(value)) entries.set(key, { value, bytes });
  else if (sign === '~' && isObject(value)) {
    if (known !== undefined) entries.set(key, { ...known, value: { ...known.value, ...value } });
  } else return false;
  return true;
};

const parsed = (line: string): unknown[] => {
  try {
    const value: unknown = JSON.parse(line);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
};

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Calls `take` with every line of `stream`, the unfinished last one too. */
export const eachLine = (stream: Readable, take: (line: string) => void): void => {
  createInterface({ input: stream, crlfDelay: Infinity }).on('line', take);
};

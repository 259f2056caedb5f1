import { Buffer } from 'node:buffer';
import { createReadStream } from 'node:fs';

/**
 * The text of a file of up to `maxBytes` bytes; undefined when it has more, of which no more is read: a wrong path should not
 * fill the memory. Rejects as `readFile` does.
 */
export const readBounded = async (file: string, maxBytes: number): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // `end` is the place of the last byte: one more than may be there.
  for await (const chunk of createReadStream(file, { end: maxBytes }) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
  }
  return bytes > maxBytes ? undefined : Buffer.concat(chunks).toString();
};

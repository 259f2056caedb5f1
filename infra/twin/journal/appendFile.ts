import { Buffer } from 'node:buffer';
import { closeSync, ftruncate, write } from 'node:fs';
import { promisify } from 'node:util';

const writeTo = promisify(write);
const truncate = promisify(ftruncate);

/** A file that only grows at its end. Not shared: one call of `append` at a time. */
export type AppendFile = {
  /** Bytes that are surely in it. */
  size: () => number;
  /** Resolves when the system has taken the whole text. Rejects, the file as long as before, when it has not. */
  append: (text: string) => Promise<void>;
  close: () => void;
};

/** Goes on at `size` of an open file that may be written. */
export const appendFile = (descriptor: number, size: number): AppendFile => {
  const file = { size };
  const writeAll = async (bytes: Buffer): Promise<void> => {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await writeTo(descriptor, bytes, done, bytes.length - done, file.size + done);
      done += bytesWritten; // A disk that is nearly full takes less than it is given.
    }
  };
  return {
    size: () => file.size,
    append: async (text) => {
      const bytes = Buffer.from(text);
      try {
        await writeAll(bytes);
      } catch (error) {
        await truncate(descriptor, file.size);
        throw error;
      }
      file.size += bytes.length;
    },
    close: () => closeSync(descriptor),
  };
};

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** The endings that servers look for beside a file, and how each is made. Slow and small: it is done once a build. */
export const encodings: Readonly<Record<string, (bytes: Buffer) => Promise<Buffer>>> = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  gz: (bytes) => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }),
};

const isText = (name: string): boolean => /\.(html|js|css|svg|json)$/.test(name);

const compress = async (path: string): Promise<void> => {
  const bytes = await readFile(path);
  for (const [ending, encode] of Object.entries(encodings))
    await writeFile(`${path}.${ending}`, await encode(bytes));
};

/** Puts compressed twins beside all text of a folder. */
export const precompress = async (directory: string): Promise<void> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const texts = entries.filter((entry) => entry.isFile() && isText(entry.name));
  await Promise.all(texts.map(({ parentPath, name }) => compress(join(parentPath, name))));
};

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { precompress } from './precompress.ts';
import { publishFolder } from './publishFolder.ts';

const root = join(import.meta.dirname, '..');

/** Where the built page stands. */
export const pageDirectory = join(import.meta.dirname, 'dist');

/** What the page is made of; the lock stands for its packages. */
const sources = [
  'dashboard/web',
  'dashboard/build.ts',
  'dashboard/precompress.ts',
  'dashboard/condition.ts',
  'dashboard/config.ts',
  'fanout',
  'ingest/topic.ts',
  'package-lock.json',
];

/** Of fanout/ the page takes the contract and the client; its tests and adapters change nothing. */
const isLeftOut = (path: string): boolean =>
  /\.test\.tsx?$/.test(path) || /^fanout[\\/](aws|handlers|memory|actions)[\\/]/.test(path);

const filesUnder = (directory: string): string[] => {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
};

const sourceFiles = (): string[] =>
  sources
    .flatMap((path) => (/\.\w+$/.test(path) ? [join(root, path)] : filesUnder(join(root, path))))
    .map((file) => file.slice(root.length + 1))
    .filter((path) => !isLeftOut(path))
    .sort();

const hashOfSources = (): string => {
  const hash = createHash('sha256');
  for (const path of sourceFiles()) hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest('hex');
};

const stampIn = (directory: string): string => join(directory, '.sources');

/** Says of what the page was made, and of which files it consists. */
const writeStamp = (directory: string, hash: string): void => {
  const files = filesUnder(directory).map((file) => file.slice(directory.length + 1));
  writeFileSync(stampIn(directory), [hash, ...files].join('\n'));
};

const isFresh = (directory: string, hash: string): boolean => {
  if (!existsSync(stampIn(directory))) return false;
  const [madeOf, ...files] = readFileSync(stampIn(directory), 'utf8').split('\n');
  return madeOf === hash && files.every((file) => existsSync(join(directory, file)));
};

/**
 * Builds the page, with compressed twins of its files, unless what is there is whole and was made of the same sources.
 * Prints nothing. Several processes may do so at once: whoever looks finds a whole page or none.
 *
 * @throws what Vite says, if the page does not build.
 */
export const buildPage = async (directory = pageDirectory): Promise<'built' | 'fresh'> => {
  const hash = hashOfSources();
  if (isFresh(directory, hash)) return 'fresh';
  const { build } = await import('vite'); // costs more than the check above
  const fill = async (outDir: string): Promise<void> => {
    await build({
      root: join(import.meta.dirname, 'web'),
      logLevel: 'silent',
      build: { outDir, emptyOutDir: true },
    });
    await precompress(outDir);
    writeStamp(outDir, hash);
  };
  await publishFolder(directory, fill, () => isFresh(directory, hash));
  return 'built';
};

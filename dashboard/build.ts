import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const dist = join(import.meta.dirname, 'dist');
const stamp = join(dist, '.sources');

/** What the page is made of; the lock stands for its packages. */
const sources = [
  'dashboard/web',
  'dashboard/condition.ts',
  'dashboard/config.ts',
  'fanout',
  'ingest/topic.ts',
  'package-lock.json',
];

/** Of fanout/ the page takes the contract and the client; its tests and adapters change nothing. */
const isLeftOut = (path: string): boolean =>
  /\.test\.tsx?$/.test(path) || /^fanout[\\/](aws|handlers|memory|actions)[\\/]/.test(path);

const filesUnder = (path: string): string[] => {
  const entries = readdirSync(join(root, path), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
};

const sourceFiles = (): string[] =>
  sources
    .flatMap((path) => (/\.\w+$/.test(path) ? [join(root, path)] : filesUnder(path)))
    .map((file) => file.slice(root.length + 1))
    .filter((path) => !isLeftOut(path))
    .sort();

const hashOfSources = (): string => {
  const hash = createHash('sha256');
  for (const path of sourceFiles()) hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest('hex');
};

const isFresh = (hash: string): boolean => existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;

/**
 * Builds the page into dashboard/dist, unless what is there was made of the same sources. Prints nothing.
 *
 * @throws what Vite says, if the page does not build.
 */
export const buildPage = async (): Promise<'built' | 'fresh'> => {
  const hash = hashOfSources();
  if (isFresh(hash)) return 'fresh';
  const { build } = await import('vite'); // costs more than the check above
  await build({ root: join(import.meta.dirname, 'web'), logLevel: 'silent' });
  writeFileSync(stamp, hash);
  return 'built';
};

import { mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const hour = 60 * 60 * 1000;

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

/** Moves a folder; false if there is none, or if another is in the way. */
const move = async (from: string, to: string): Promise<boolean> => {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EPERM'].includes(String(codeOf(error)))) return false;
    throw error;
  }
};

/** Those of processes that were killed before they could clean up. */
const removeLeftBehind = async (parent: string, prefix: string): Promise<void> => {
  const names = (await readdir(parent)).filter((name) => name.startsWith(prefix));
  for (const path of names.map((name) => join(parent, name))) {
    const made = await stat(path).catch(() => undefined);
    if (made !== undefined && Date.now() - made.mtimeMs > hour)
      await rm(path, { recursive: true, force: true });
  }
};

/**
 * Fills a folder that is either whole or not there, however many processes do so at once: each fills one of its own
 * beside it, and moves that into its place. There is no lock that somebody could die with.
 *
 * @param isDone whether what stands there by now will do as well.
 */
export const publishFolder = async (
  target: string,
  fill: (folder: string) => Promise<void>,
  isDone: () => boolean,
): Promise<void> => {
  const parent = dirname(target);
  const prefix = `.${basename(target)}-`;
  await removeLeftBehind(parent, prefix);
  const work = await mkdtemp(join(parent, prefix));
  // Bears the target's name, as what it replaces does, so that whatever ignores that (git, linters) ignores these.
  const filled = join(work, basename(target));
  try {
    await fill(filled);
    for (let attempt = 0; !isDone(); attempt += 1) {
      if (attempt === 10) throw new Error(`Could not put a new ${target} in its place; remove it by hand.`);
      await move(target, join(await mkdtemp(join(work, 'before-')), basename(target)));
      if (await move(filled, target)) return;
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};

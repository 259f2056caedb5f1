import { constants } from 'node:fs';
import { access, mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { DevicesError } from '../devicesError.ts';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it cannot be made there',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'something else is there',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'nothing can be written there',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  ENAMETOOLONG: 'the path is too long',
  ELOOP: 'its links go round in a circle',
  EMFILE: 'too many files are open',
};

/** The sentence for what the system would not do with a file or folder; undefined for what is not of the file system. */
export const pathTrouble = (what: string, error: unknown): DevicesError | undefined => {
  const code = codeOf(error);
  if (error instanceof DevicesError || code === '') return undefined;
  const reason = reasons[code] ?? 'the system does not let it be read or written';
  return new DevicesError(
    'bad_file',
    `${what} cannot be used, ${reason}: choose another folder with --out, or mend that.`,
  );
};

const kindOf = async (path: string): Promise<'folder' | 'other' | 'nothing'> => {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'other';
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'nothing';
    throw error;
  }
};

const bad = (message: string): DevicesError => new DevicesError('bad_file', message);

const tryOut = async (folder: string): Promise<void> => {
  const kind = await kindOf(folder);
  if (kind === 'other') throw bad(`${folder} is a file, not a folder: choose a folder with --out.`);
  if (kind === 'folder') return access(folder, constants.W_OK);
  const parent = dirname(resolve(folder));
  if ((await kindOf(parent)) === 'nothing')
    throw bad(
      `There is no folder ${parent} to make ${folder} in: make it first, or choose another with --out.`,
    );
  await mkdir(folder, { mode: 0o700 });
  await rmdir(folder);
};

/**
 * Finds out whether a fleet can be in `folder`, by making it where there is none; it is taken away again at once. Throws
 * DevicesError `bad_file` with a sentence. Never makes a parent: Node's recursive mkdir tries for ever in /proc.
 */
export const checkFolder = async (folder: string): Promise<void> => {
  try {
    await tryOut(folder);
  } catch (error) {
    throw pathTrouble(folder, error) ?? error;
  }
};

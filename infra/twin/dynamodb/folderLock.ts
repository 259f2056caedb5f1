import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TwinError } from '../twinError.ts';

/**
 * Makes `folder` and takes it for this process; returns what gives it back. LevelDB has a lock of its own, but the
 * store answers that one with an uncaught exception. Throws TwinError `folder_in_use`, `folder_unusable`. The lock of a process that is
 * gone is taken over; two twins that do so in the same instant are not told apart.
 */
export const lockFolder = async (folder: string): Promise<() => Promise<void>> => {
  await makeFolder(folder);
  const file = join(folder, 'twin.lock');
  const owner = await ownerOf(file);
  if (owner !== undefined && isRunning(owner)) {
    throw new TwinError(
      'folder_in_use',
      `${folder} is used by another twin (process ${owner}); stop that one or choose another folder.`,
    );
  }
  await writeFile(file, String(process.pid)).catch((error: unknown) => {
    throw unusable(folder, error);
  });
  return () => rm(file, { force: true });
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

const unusable = (folder: string, error: unknown): TwinError =>
  new TwinError(
    'folder_unusable',
    `${folder} cannot keep the tables (${codeOf(error)}); choose a folder whose parent exists and that you may write to.`,
  );

/** Not recursive: Node's recursive mkdir never ends where the kernel says ENOENT of a folder whose parent exists (/proc). */
const makeFolder = async (folder: string): Promise<void> => {
  await mkdir(folder).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw unusable(folder, error);
  });
};

const ownerOf = async (file: string): Promise<number | undefined> => {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^\d+$/.test(text) ? Number(text) : undefined;
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0); // signal 0 only asks
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

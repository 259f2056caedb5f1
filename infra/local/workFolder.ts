import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'fieldcast-';

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // Somebody else's.
  }
};

/** Of processes that were killed before they could clean up. */
const isLeftBehind = (name: string): boolean => {
  const [, pid] = /^fieldcast-(\d+)-/.exec(name) ?? [];
  return pid !== undefined && !isAlive(Number(pid));
};

/** A folder of this process for what nobody needs afterwards; those that killed processes left behind are removed. */
export const workFolder = async (parent = tmpdir()): Promise<string> => {
  for (const name of await readdir(parent))
    if (isLeftBehind(name)) await rm(join(parent, name), { recursive: true, force: true });
  return mkdtemp(join(parent, `${prefix}${process.pid}-`));
};

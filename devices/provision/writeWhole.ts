import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file that is either there as a whole or not at all, also when the process is killed: into a neighbour, to the disk,
 * then over. Only its owner may read it (mode 0600).
 */
export const writeWhole = async (file: string, text: string): Promise<void> => {
  const neighbour = `${file}.${process.pid}.part`;
  try {
    const handle = await open(neighbour, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(neighbour, file);
  } catch (error) {
    await rm(neighbour, { force: true });
    throw error;
  }
};

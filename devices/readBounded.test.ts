import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readCa } from './certificateFiles.ts';
import { readFleetFile } from './provision/fleetFile.ts';
import { readBounded } from './readBounded.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-'));
  file = join(folder, 'file');
});
afterEach(() => rm(folder, { recursive: true }));

describe('reading a file', () => {
  it('takes it up to its largest size, and nothing beyond', async () => {
    await writeFile(file, 'wärme');
    expect(await readBounded(file, 6)).toBe('wärme');
    expect(await readBounded(file, 5)).toBeUndefined();
    await writeFile(file, '');
    expect(await readBounded(file, 5)).toBe('');
  });

  it('rejects as the system does', async () => {
    await expect(readBounded(file, 5)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(readBounded(folder, 5)).rejects.toMatchObject({ code: 'EISDIR' });
  });

  // Of this size Node reads no file as a whole: ERR_FS_FILE_TOO_LARGE.
  it.each([
    ['a certificate', readCa, 'too large for a PEM file'],
    ['a fleet file', readFleetFile, 'larger than'],
  ])('reads no more of %s than it may have', async (_what, read, sentence) => {
    await writeFile(file, '');
    await truncate(file, 3 * 1024 ** 3);
    await expect(read(file)).rejects.toMatchObject({
      code: 'bad_file',
      message: expect.stringContaining(sentence) as string,
    });
  });
});

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { checkFolder } from './checkFolder.ts';

let above: string;
beforeEach(async () => (above = await mkdtemp(join(tmpdir(), 'folder-'))));
afterEach(() => rm(above, { recursive: true }));

const refusal = async (folder: string): Promise<unknown> =>
  checkFolder(folder).catch((error: unknown) => error);

it('a folder that can be made is fine, and not there afterwards', async () => {
  await checkFolder(join(above, 'fleet'));
  expect(await readdir(above)).toEqual([]);
});

it('a folder that is there is fine, with what is in it', async () => {
  await writeFile(join(above, 'note'), '');
  await checkFolder(above);
  expect(await readdir(above)).toEqual(['note']);
});

it('a missing parent is told, not made', async () => {
  expect(await refusal(join(above, 'a', 'fleet'))).toMatchObject({
    code: 'bad_file',
    message: expect.stringContaining(`There is no folder ${join(above, 'a')} to make`) as string,
  });
  expect(await readdir(above)).toEqual([]);
});

it('a file is called a file, also where it is the parent', async () => {
  const file = join(above, 'x');
  await writeFile(file, '');
  expect(await refusal(file)).toMatchObject({
    message: `${file} is a file, not a folder: choose a folder with --out.`,
  });
  expect(await refusal(join(file, 'fleet'))).toMatchObject({
    message: expect.stringContaining('a part of the path is a file') as string,
  });
});

it.runIf(process.platform === 'linux')('a folder that the system does not make is told at once', async () => {
  expect(await refusal('/proc/fleet')).toMatchObject({
    code: 'bad_file',
    message: expect.stringMatching(/^\/proc\/fleet cannot be used, [^():]+: choose another folder/) as string,
  });
});

it('a path that is too long is told without codes', async () => {
  expect(await refusal(join(above, 'x'.repeat(300)))).toMatchObject({
    message: expect.stringContaining('the path is too long') as string,
  });
});

import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { workFolder } from './workFolder.ts';

it('what killed processes left behind is removed, and nothing else', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'work-folder-test-'));
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  const kept = [`fieldcast-${process.pid}-a`, 'fieldcast-notes', `other-${pid}-a`];
  for (const name of [`fieldcast-${pid}-a`, ...kept]) await mkdir(join(parent, name));
  const own = await workFolder(parent);
  expect((await readdir(parent)).sort()).toEqual([...kept, basename(own)].sort());
  await rm(parent, { recursive: true });
});
